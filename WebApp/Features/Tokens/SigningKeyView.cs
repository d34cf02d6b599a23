namespace WebApp.Features.Tokens;

/// <summary>A signing key as the console shows it.</summary>
/// <param name="Id">The <c>kid</c>.</param>
/// <param name="State">Where in its life it is.</param>
/// <param name="CreatedAt">When it was made (UTC); null for a configured one.</param>
/// <param name="ActivatesAt">First instant at which it signs (UTC); null for a configured one.</param>
/// <param name="SignsUntil">When its successor takes over (UTC); null while there is none.</param>
/// <param name="RetiresAt">When it stops verifying (UTC), after which it is safe to drop; null while that is not decided.</param>
/// <param name="Sessions">Sessions whose newest refresh token it signed and that are still good; null where that cannot be told.</param>
/// <param name="LastTokenEndsAt">When the last of those tokens runs out if it is not used (UTC).</param>
public sealed record SigningKeyView(
    string Id, SigningKeyState State, DateTimeOffset? CreatedAt, DateTimeOffset? ActivatesAt, DateTimeOffset? SignsUntil, DateTimeOffset? RetiresAt, long? Sessions, DateTimeOffset? LastTokenEndsAt);
