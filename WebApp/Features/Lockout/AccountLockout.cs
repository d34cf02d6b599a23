namespace WebApp.Features.Lockout;

/// <summary>What a wrong guess has brought about.</summary>
/// <param name="For">How long none is looked at.</param>
/// <param name="IsFirst">Whether it is the first of a chain, of which the owner is told.</param>
/// <param name="IsFinal">Whether no more are looked at however long one waits: see <see cref="SignInGuard.MaxMisses"/>.</param>
/// <param name="OnKnownDevice">Whether it concerns one known device alone, and not all unknown ones.</param>
public sealed record AccountLockout(TimeSpan For, bool IsFirst, bool IsFinal, bool OnKnownDevice);
