using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace WebApp.Features.Lockout;

/// <summary>A counter of guesses. Its table is unlogged: a crash of the database forgives, and nothing else is lost.</summary>
public sealed class Attempt
{
    /// <summary>What is counted, and for whom: <c>device-code:&lt;user id&gt;</c>.</summary>
    public required string Key { get; init; }

    /// <summary>How many in this window.</summary>
    public required int Count { get; init; }

    /// <summary>When counting begins anew (UTC).</summary>
    public required DateTimeOffset WindowEndsAt { get; init; }
}

internal sealed class AttemptModel : IEntityTypeConfiguration<Attempt>
{
    public void Configure(EntityTypeBuilder<Attempt> attempt)
    {
        attempt.ToTable("attempts");
        attempt.HasKey(a => a.Key);
        attempt.Property(a => a.Key).UseCollation("C");
        attempt.HasIndex(a => a.WindowEndsAt);
    }
}
