namespace WebApp.Features.Sessions;

/// <summary>The page of sessions.</summary>
/// <param name="Sessions">Some of the live ones, this one first.</param>
/// <param name="Devices">Browsers and programs the account knows, the last used first; none where it is not the first page.</param>
/// <param name="IsFirst">Whether it is the first page.</param>
/// <param name="Next">The session after which the next page begins; null on the last.</param>
public sealed record SessionsPage(IReadOnlyList<SessionView> Sessions, IReadOnlyList<DeviceView> Devices, bool IsFirst, Guid? Next);
