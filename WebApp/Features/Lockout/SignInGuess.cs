using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace WebApp.Features.Lockout;

/// <summary>
/// Wrong guesses for one account from unknown devices, or from one known device. Unlike <see cref="Attempt"/>, its table is logged: a crash of the database
/// does not unlock an account.
/// </summary>
public sealed class SignInGuess
{
    /// <summary>
    /// The key: <c>account:</c> and a name's key (<see cref="AccountKeys"/>), or <c>device:</c> and the id of a known device; otherwise a
    /// <see cref="GuessPurpose"/> with the user's id or the device's.
    /// </summary>
    public required string Key { get; init; }

    /// <summary>The number in this window, including those being checked.</summary>
    public required int Failures { get; init; }

    /// <summary>When the window ends (UTC).</summary>
    public required DateTimeOffset WindowEndsAt { get; init; }

    /// <summary>No guess is checked before this time (UTC).</summary>
    public required DateTimeOffset NextAt { get; init; }

    /// <summary>Lockouts without a day of no guesses between them.</summary>
    public required int Lockouts { get; init; }

    /// <summary>The number since the last right one, however long ago.</summary>
    public required int Misses { get; init; }

    /// <summary>The last guess that was checked (UTC).</summary>
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
/// The kinds of guesses that are counted, besides passwords at sign-in. Each has its own count for each account and for each device that the account knows:
/// a right answer of one kind does not delete the wrong answers of another.
/// </summary>
public static class GuessPurpose
{
    /// <summary>Codes of an app or by mail that complete a sign-in.</summary>
    public const string Code = "factor";

    /// <summary>Recovery codes that complete a sign-in: they still work when other codes are not checked any more.</summary>
    public const string RecoveryCode = "recovery-code";

    /// <summary>The password of a signed-in user at step-up.</summary>
    public const string StepUpPassword = "step-up";

    /// <summary>The code of a signed-in user at step-up: a person with a stolen session uses up no guesses of a sign-in.</summary>
    public const string StepUpCode = "step-up-code";

    /// <summary>A recovery code at step-up.</summary>
    public const string StepUpRecoveryCode = "step-up-recovery-code";

    private static readonly string[] All = [Code, RecoveryCode, StepUpPassword, StepUpCode, StepUpRecoveryCode];

    /// <summary>The key of a count: that of one known device, or that of all unknown devices.</summary>
    public static string Key(string purpose, Guid userId, Guid? knownDevice) =>
        knownDevice is { } device ? $"{purpose}:{SignInGuard.DevicePrefix}{device}" : $"{purpose}:{userId}";

    /// <summary>The keys of all counts of an account on unknown devices.</summary>
    public static string[] Keys(Guid userId) => [.. All.Select(purpose => Key(purpose, userId, null))];

    /// <summary>The keys of all counts of a known device, including wrong passwords at sign-in.</summary>
    public static string[] KeysOfDevice(Guid device) => [SignInGuard.KeyOfDevice(device), .. All.Select(purpose => Key(purpose, default, device))];
}
