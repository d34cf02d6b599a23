namespace WebApp.Verification;

/// <summary>A live secret that somebody has shown to hold, not yet spent.</summary>
/// <param name="Id">The secret.</param>
/// <param name="UserId">Whose.</param>
public sealed record ProvenSecret(Guid Id, Guid UserId);
