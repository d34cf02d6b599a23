namespace WebApp.Sessions;

/// <summary>The page of sessions.</summary>
/// <param name="Sessions">The live ones, this one first.</param>
/// <param name="Devices">Browsers that skip the second factor.</param>
public sealed record SessionsPage(IReadOnlyList<SessionView> Sessions, IReadOnlyList<KnownDevice> Devices);
