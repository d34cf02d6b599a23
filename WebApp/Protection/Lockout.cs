namespace WebApp.Protection;

/// <summary>What a wrong password has brought about.</summary>
/// <param name="For">How long no password is looked at.</param>
/// <param name="IsFirst">Whether it is the first of a chain, of which the owner is told.</param>
/// <param name="IsFinal">Whether the password alone opens the account no more: see <see cref="SignInGuard.MaxMisses"/>.</param>
/// <param name="OnKnownDevice">Whether it concerns one known device alone, and not all unknown ones.</param>
public sealed record Lockout(TimeSpan For, bool IsFirst, bool IsFinal, bool OnKnownDevice);
