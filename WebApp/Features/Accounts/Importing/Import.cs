using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace WebApp.Features.Accounts.Importing;

/// <summary>The progress of an import. Written in the transaction of each batch, so that an interrupted import continues where it stopped.</summary>
public sealed class Import
{
    /// <summary>UUIDv7.</summary>
    public Guid Id { get; init; } = Guid.CreateVersion7();

    /// <summary>The file's SHA-256: the same file is imported once, whatever its name is.</summary>
    public required byte[] Digest { get; init; }

    /// <summary>Lines that are finished.</summary>
    public long Lines { get; init; }

    /// <summary>Accounts created.</summary>
    public long Imported { get; init; }

    /// <summary>Lines refused.</summary>
    public long Refused { get; init; }

    /// <summary>When it began (UTC).</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When it finished (UTC); null before.</summary>
    public DateTimeOffset? FinishedAt { get; init; }
}

internal sealed class ImportModel : IEntityTypeConfiguration<Import>
{
    public void Configure(EntityTypeBuilder<Import> import)
    {
        import.ToTable("imports");
        import.Property(i => i.Id).ValueGeneratedNever();
        import.HasIndex(i => i.Digest).IsUnique();
    }
}

/// <summary>The parameters of an import.</summary>
/// <param name="Path">The file.</param>
/// <param name="Resumes">Whether an unfinished import is continued.</param>
/// <param name="IsRehearsal">Whether nothing is written.</param>
public sealed record ImportOrder(string Path, bool Resumes, bool IsRehearsal);

/// <summary>The progress of an import.</summary>
/// <param name="Share">The part of the file that was read, 0 to 1.</param>
/// <param name="Imported">Accounts that were created, or would be, including earlier runs.</param>
/// <param name="Refused">Lines refused, including earlier runs.</param>
public sealed record ImportProgress(double Share, long Imported, long Refused);

/// <summary>A file cannot be imported; the message says why, in one line. Nothing more was written than before.</summary>
public sealed class ImportException(string message) : Exception(message);

/// <summary>A line that was not imported, and why. It does not contain the line's content.</summary>
public sealed class ImportRefusal
{
    /// <summary>The import.</summary>
    public required Guid ImportId { get; init; }

    /// <summary>The line of the file; the first is 1.</summary>
    public required long Line { get; init; }

    /// <summary>What is wrong with it.</summary>
    public required string Reason { get; init; }
}

internal sealed class ImportRefusalModel : IEntityTypeConfiguration<ImportRefusal>
{
    public void Configure(EntityTypeBuilder<ImportRefusal> refusal)
    {
        refusal.ToTable("import_refusals");
        refusal.HasKey(r => new { r.ImportId, r.Line });
        refusal.HasOne<Import>().WithMany().HasForeignKey(r => r.ImportId).OnDelete(DeleteBehavior.Cascade);
    }
}

/// <summary>The destination of batches: the database, or none.</summary>
internal interface IImportTarget : IAsyncDisposable
{
    /// <summary>Takes a batch, completely or not at all. Adds the refusals that only the database can find.</summary>
    Task TakeAsync(ImportBatch batch, CancellationToken cancel);

    /// <summary>All refused lines, including those of earlier runs, by line.</summary>
    IAsyncEnumerable<(long Line, string Reason)> RefusalsAsync(CancellationToken cancel);
}
