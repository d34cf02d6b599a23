namespace WebApp.Protection;

/// <summary>How many guesses there are: section <c>Protection</c>.</summary>
public sealed class ProtectionOptions
{
    /// <summary>Wrong passwords in one window before unknown devices are locked out.</summary>
    public int MaxFailures { get; set; } = 5;

    /// <summary>How long failures are counted together.</summary>
    public int WindowMinutes { get; set; } = 15;

    /// <summary>The first lockout; each that follows is twice as long, up to a day.</summary>
    public int LockoutMinutes { get; set; } = 15;

    /// <summary>
    /// Anonymous requests an IP prefix has a minute, of which one that costs a password hash or a mail counts as
    /// <see cref="Limits.LimitByIpAttribute.Costly"/>; as many mails it may have sent an hour, and as many tokens that were never ours it may try a minute.
    /// </summary>
    public int IpPermitsPerMinute { get; set; } = 60;

    /// <summary>
    /// Security events an hour that people without an account bring about, of all networks together; beyond it they are counted and not written
    /// one by one.
    /// </summary>
    public int AnonymousEventsPerHour { get; set; } = 200;
}
