using WebApp.Platform.Http.Client;

namespace WebApp.Features.Sessions;

/// <summary>How long a browser stays signed in, and how many sessions a user may have: section <c>Sessions</c>.</summary>
public sealed class SessionOptions
{
    /// <summary>Minutes without use that end a session.</summary>
    public int IdleMinutes { get; set; } = 60;

    /// <summary>Hours after sign-in that end a session however much it is used.</summary>
    public int AbsoluteHours { get; set; } = 24;

    /// <summary>Days without use that end a remembered session.</summary>
    public int RememberIdleDays { get; set; } = 14;

    /// <summary>Days after sign-in that end a remembered session.</summary>
    public int RememberAbsoluteDays { get; set; } = 30;

    /// <summary>How many sessions of each kind, browser and API, a user may have open.</summary>
    public int MaxPerUser { get; set; } = 100;

    /// <summary>What a changed client means for a browser's session.</summary>
    public ClientBinding Binding { get; set; } = ClientBinding.Monitor;

    /// <summary>The idle limit that applies.</summary>
    public TimeSpan Idle(bool remember) => remember ? TimeSpan.FromDays(RememberIdleDays) : TimeSpan.FromMinutes(IdleMinutes);

    /// <summary>The absolute limit that applies.</summary>
    public TimeSpan Absolute(bool remember) => remember ? TimeSpan.FromDays(RememberAbsoluteDays) : TimeSpan.FromHours(AbsoluteHours);
}
