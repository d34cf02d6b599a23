namespace WebApp.Features.Tokens;

/// <summary>What tokens are made of: the session's row and its user, as of one instant.</summary>
/// <param name="SessionId"><c>sid</c>.</param>
/// <param name="UserId"><c>sub</c>.</param>
/// <param name="Sequence">The number of the refresh token that is good now.</param>
/// <param name="RotatedAt">When it became so (UTC).</param>
/// <param name="RefreshExpiresAt">When it runs out (UTC): the idle or the absolute limit, whichever comes first.</param>
/// <param name="AuthenticatedAt"><c>auth_time</c> (UTC).</param>
/// <param name="Amr">How the user was authenticated.</param>
/// <param name="Version">The session's own token version, never one that the user got later.</param>
/// <param name="Roles">The user's roles now.</param>
internal sealed record TokenSession(
    Guid SessionId,
    Guid UserId,
    int Sequence,
    DateTimeOffset RotatedAt,
    DateTimeOffset RefreshExpiresAt,
    DateTimeOffset AuthenticatedAt,
    string[] Amr,
    int Version,
    string[] Roles);
