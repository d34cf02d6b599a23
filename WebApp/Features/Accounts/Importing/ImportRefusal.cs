using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace WebApp.Features.Accounts.Importing;

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
