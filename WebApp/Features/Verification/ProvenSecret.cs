namespace WebApp.Features.Verification;

/// <summary>A live secret that somebody has shown to hold, not yet spent.</summary>
/// <param name="Id">The secret.</param>
/// <param name="UserId">Whose.</param>
/// <param name="Address">The address it speaks of, where that is not the account's.</param>
/// <param name="BoundTo">The pending sign-in or session it was made in.</param>
/// <param name="CreatedAt">When it was made (UTC).</param>
public sealed record ProvenSecret(Guid Id, Guid UserId, string? Address, Guid? BoundTo, DateTimeOffset CreatedAt);
