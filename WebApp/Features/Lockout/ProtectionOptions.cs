namespace WebApp.Features.Lockout;

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
    /// Security events an hour that people without an account bring about, of all networks together; beyond it they are counted and not written
    /// one by one.
    /// </summary>
    public int AnonymousEventsPerHour { get; set; } = 200;
}
