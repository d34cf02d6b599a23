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
