using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace WebApp.Features.Accounts.Importing;

/// <summary>How far the import of a file has come. Written in the transaction of each batch, so that a killed one goes on where it was.</summary>
public sealed class Import
{
    /// <summary>UUIDv7.</summary>
    public Guid Id { get; init; } = Guid.CreateVersion7();

    /// <summary>The file's SHA-256: the same file is imported once, whatever it is called.</summary>
    public required byte[] Digest { get; init; }

    /// <summary>Lines that are done with.</summary>
    public long Lines { get; init; }

    /// <summary>Accounts made.</summary>
    public long Imported { get; init; }

    /// <summary>Lines refused.</summary>
    public long Refused { get; init; }

    /// <summary>When it began (UTC).</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When it was through (UTC); null while it is not.</summary>
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

/// <summary>What is to be imported, and how.</summary>
/// <param name="Path">The file.</param>
/// <param name="Resumes">Whether one that was begun is gone on with.</param>
/// <param name="IsRehearsal">Whether nothing is to be written.</param>
public sealed record ImportOrder(string Path, bool Resumes, bool IsRehearsal);

/// <summary>How far an import is.</summary>
/// <param name="Share">How much of the file was read, 0 to 1.</param>
/// <param name="Imported">Accounts made, or that would be, earlier runs included.</param>
/// <param name="Refused">Lines refused, earlier runs included.</param>
public sealed record ImportProgress(double Share, long Imported, long Refused);

/// <summary>A file cannot be imported as it is; the message says why, in a line. Nothing more was written than was before.</summary>
public sealed class ImportException(string message) : Exception(message);

/// <summary>A line that was not imported, and why. Holds nothing of what stood there.</summary>
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

/// <summary>Where batches go: into the database, or nowhere.</summary>
internal interface IImportTarget : IAsyncDisposable
{
    /// <summary>Takes a batch, whole or not at all. Adds to its refusals what only the database can tell.</summary>
    Task TakeAsync(ImportBatch batch, CancellationToken cancel);

    /// <summary>All lines refused, those of earlier runs included, by line.</summary>
    IAsyncEnumerable<(long Line, string Reason)> RefusalsAsync(CancellationToken cancel);
}
