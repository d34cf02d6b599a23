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

/// <summary>
/// What guesses are counted for besides passwords at sign-in. Each has a count of its own for each account and for each device that the account
/// knows: a right answer to one question forgives no wrong answers to another.
/// </summary>
public static class GuessPurpose
{
    /// <summary>Codes of an app or by mail that finish a sign-in.</summary>
    public const string Code = "factor";

    /// <summary>Recovery codes that finish a sign-in: they still work where other codes are looked at no more.</summary>
    public const string RecoveryCode = "recovery-code";

    /// <summary>The password that a signed-in user is asked for again.</summary>
    public const string StepUpPassword = "step-up";

    /// <summary>The code that a signed-in user is asked for: whoever has a stolen session uses up no guesses of a sign-in.</summary>
    public const string StepUpCode = "step-up-code";

    /// <summary>A recovery code in its place.</summary>
    public const string StepUpRecoveryCode = "step-up-recovery-code";

    private static readonly string[] All = [Code, RecoveryCode, StepUpPassword, StepUpCode, StepUpRecoveryCode];

    /// <summary>The key of a count: that of one known device, or of all that the account does not know.</summary>
    public static string Key(string purpose, Guid userId, Guid? knownDevice) =>
        knownDevice is { } device ? $"{purpose}:{SignInGuard.DevicePrefix}{device}" : $"{purpose}:{userId}";

    /// <summary>Every count of an account on unknown devices.</summary>
    public static string[] Keys(Guid userId) => [.. All.Select(purpose => Key(purpose, userId, null))];

    /// <summary>Every count of a known device, wrong passwords at sign-in among them.</summary>
    public static string[] KeysOfDevice(Guid device) => [SignInGuard.KeyOfDevice(device), .. All.Select(purpose => Key(purpose, default, device))];
}
