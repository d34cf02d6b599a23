using System.Globalization;
using System.Security.Claims;
using WebApp.Platform.Http.Client;

namespace WebApp.Features.Sessions;

/// <summary>The claims of a signed-in principal, browser or Bearer, with the same short names as in tokens.</summary>
public static class PrincipalClaims
{
    /// <summary>User id.</summary>
    public const string Subject = "sub";

    /// <summary>Session id.</summary>
    public const string SessionId = "sid";

    /// <summary>Display name.</summary>
    public const string Name = "name";

    /// <summary>When the user last authenticated, in seconds since 1970.</summary>
    public const string AuthenticationTime = "auth_time";

    /// <summary>One method by which the user was authenticated (RFC 8176).</summary>
    public const string Amr = "amr";

    /// <summary>A role.</summary>
    public const string Role = "role";

    /// <summary>The user who views the account, if that is not its owner.</summary>
    public const string Actor = ClientInfo.ActorClaim;

    /// <summary>Until when they can view it, in seconds since 1970.</summary>
    public const string ActorUntil = "act_until";

    extension(ClaimsPrincipal principal)
    {
        /// <summary>The signed-in user's id. Throws if nobody is signed in.</summary>
        public Guid UserId => Guid.Parse(principal.FindFirst(Subject)!.Value);

        /// <summary>When the user last authenticated (UTC); null if nobody is signed in.</summary>
        public DateTimeOffset? AuthenticatedAt =>
            principal.FindFirst(AuthenticationTime) is { } claim ? DateTimeOffset.FromUnixTimeSeconds(long.Parse(claim.Value, CultureInfo.InvariantCulture)) : null;

        /// <summary>Until when an administrator views this account (UTC); null if its owner does.</summary>
        public DateTimeOffset? ImpersonatedUntil =>
            principal.FindFirst(ActorUntil) is { } claim ? DateTimeOffset.FromUnixTimeSeconds(long.Parse(claim.Value, CultureInfo.InvariantCulture)) : null;

        /// <summary>The session; null for an API token.</summary>
        public Guid? SessionId => principal.FindFirst(SessionId) is { } claim ? Guid.Parse(claim.Value) : null;
    }
}
