using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace WebApp.Features.Lockout;

/// <summary>
/// Wrong guesses for one account from unknown devices, or from one known device. Unlike <see cref="Attempt"/> its table is logged: a crash
/// of the database opens no account that had been shut.
/// </summary>
public sealed class SignInGuess
{
    /// <summary>For whom: <c>account:</c> and a name's key (<see cref="AccountKeys"/>), or <c>device:</c> and the id of a known device; else a <see cref="GuessPurpose"/> with the user's id or the device's.</summary>
    public required string Key { get; init; }

    /// <summary>How many in this window, those being checked included.</summary>
    public required int Failures { get; init; }

    /// <summary>When counting begins anew (UTC).</summary>
    public required DateTimeOffset WindowEndsAt { get; init; }

    /// <summary>Before this none is looked at (UTC).</summary>
    public required DateTimeOffset NextAt { get; init; }

    /// <summary>Lockouts without a quiet day between them.</summary>
    public required int Lockouts { get; init; }

    /// <summary>How many since the last right one, however long ago.</summary>
    public required int Misses { get; init; }

    /// <summary>The last one that was looked at (UTC).</summary>
    public required DateTimeOffset LastAt { get; init; }
}

internal sealed class SignInGuessModel : IEntityTypeConfiguration<SignInGuess>
{
    public void Configure(EntityTypeBuilder<SignInGuess> guess)
    {
        guess.ToTable("sign_in_guesses");
        guess.HasKey(g => g.Key);
        guess.HasIndex(g => g.LastAt);
    }
}
