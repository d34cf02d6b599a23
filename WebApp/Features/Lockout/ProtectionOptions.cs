namespace WebApp.Features.Lockout;

/// <summary>Limits on guesses: section <c>Protection</c>.</summary>
public sealed class ProtectionOptions
{
    /// <summary>Wrong passwords in one window before unknown devices are locked out.</summary>
    public int MaxFailures { get; set; } = 5;

    /// <summary>How long failures are counted together.</summary>
    public int WindowMinutes { get; set; } = 15;

    /// <summary>The first lockout in minutes; each further one is twice as long, up to a day.</summary>
    public int LockoutMinutes { get; set; } = 15;

    /// <summary>Security events per hour that clients without an account cause, over all networks; beyond it they are counted and not recorded one by one.</summary>
    public int AnonymousEventsPerHour { get; set; } = 200;
}
