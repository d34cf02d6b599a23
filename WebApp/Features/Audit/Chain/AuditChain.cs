using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace WebApp.Features.Audit.Chain;

/// <summary>Where the chain begins and ends: the one row of <c>audit_chain</c>. Whoever holds its lock may add to the chain or cut it.</summary>
public sealed record AuditChain
{
    /// <summary>The only id there is.</summary>
    public const short OnlyId = 1;

    /// <summary>Always <see cref="OnlyId"/>.</summary>
    public short Id { get; init; } = OnlyId;

    /// <summary>The last event that retention removed; 0 where none was.</summary>
    public long AnchorSeq { get; init; }

    /// <summary>Its hash, on which the first event still kept builds. All zero before the first event there ever was, and where <see cref="HasKnownAnchor"/> says no.</summary>
    public required byte[] AnchorHash { get; init; }

    /// <summary>The newest sealed event.</summary>
    public long HeadSeq { get; init; }

    /// <summary>Its hash.</summary>
    public required byte[] HeadHash { get; init; }

    /// <summary>Made by the application alone, over the rest.</summary>
    public byte[] Mac { get; init; } = [];

    /// <summary>Whether the hash is known on which the first event builds: not where the row was lost, and a new chain was begun after what was found.</summary>
    public bool HasKnownAnchor() => AnchorSeq == 0 || AnchorHash.AsSpan().ContainsAnyExcept((byte)0);
}

internal sealed class AuditChainModel : IEntityTypeConfiguration<AuditChain>
{
    public void Configure(EntityTypeBuilder<AuditChain> chain)
    {
        chain.ToTable("audit_chain");
        chain.Property(c => c.Id).ValueGeneratedNever();
    }
}
