namespace WebApp.Sessions;

/// <summary>The page of sessions.</summary>
/// <param name="Sessions">The live ones, this one first.</param>
/// <param name="Devices">Browsers and programs the account knows, the last used first.</param>
public sealed record SessionsPage(IReadOnlyList<SessionView> Sessions, IReadOnlyList<DeviceView> Devices);
