namespace WebApp.Sessions;

/// <summary>A user's sessions: listed and ended.</summary>
public sealed class SessionDirectory
{
    /// <summary>The live sessions of a user, the one asking first, then by last use.</summary>
    public Task<IReadOnlyList<SessionView>> ListAsync(Guid userId, Guid? current, CancellationToken cancel) => throw new NotImplementedException();

    /// <summary>Ends one. False when the user has no such live session.</summary>
    public Task<bool> EndAsync(Guid userId, Guid sessionId, CancellationToken cancel) => throw new NotImplementedException();

    /// <summary>Ends all but the one named. Returns how many.</summary>
    public Task<int> EndOthersAsync(Guid userId, Guid? keep, CancellationToken cancel) => throw new NotImplementedException();
}
