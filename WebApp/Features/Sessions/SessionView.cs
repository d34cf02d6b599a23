namespace WebApp.Features.Sessions;

/// <summary>A session as its owner sees it.</summary>
/// <param name="Id">The session's id.</param>
/// <param name="Kind">Browser or API.</param>
/// <param name="Device">What it runs on, such as “Firefox on Linux”.</param>
/// <param name="Ip">Address of the last use.</param>
/// <param name="CreatedAt">Sign-in (UTC).</param>
/// <param name="LastSeenAt">Last use (UTC).</param>
/// <param name="ExpiresAt">When it ends if it is not used again (UTC).</param>
/// <param name="Current">Whether it is the one asking.</param>
public sealed record SessionView(
    Guid Id, SessionKind Kind, string Device, string? Ip, DateTimeOffset CreatedAt, DateTimeOffset LastSeenAt, DateTimeOffset ExpiresAt, bool Current);

/// <summary>A page of them.</summary>
/// <param name="Sessions">The one asking first, then by last use.</param>
/// <param name="Next">The session after which the next page begins; null on the last.</param>
public sealed record SessionList(IReadOnlyList<SessionView> Sessions, Guid? Next);
