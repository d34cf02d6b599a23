using System.Collections.Immutable;
using System.Security.Claims;
using OpenIddict.Abstractions;
using OpenIddict.Server.AspNetCore;
using WebApp.Features.Sessions;
using WebApp.Platform.Users;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace WebApp.Features.Applications;

/// <summary>What an application learns about a user: by scope, and as it is now.</summary>
public static class ApplicationClaims
{
    /// <summary>The scope and the claim with the names of the user's groups.</summary>
    public const string GroupsScope = "groups";

    /// <summary>Authenticated by one factor (NIST SP 800-63B, AAL1).</summary>
    public const string OneFactor = "aal1";

    /// <summary>Authenticated by two factors.</summary>
    public const string TwoFactors = "aal2";

    /// <summary>The claims about the session in which an application was granted something.</summary>
    public static IReadOnlyList<string> OfSession { get; } =
        [Claims.AuthenticationTime, Claims.AuthenticationMethodReference, Claims.AuthenticationContextReference, PrincipalClaims.SessionId];

    /// <summary>The claims of the discovery document.</summary>
    public static IReadOnlyList<string> Supported { get; } =
    [
        Claims.Subject, Claims.Name, Claims.PreferredUsername, Claims.Locale, Claims.Zoneinfo, Claims.Email, Claims.EmailVerified, RolesClaim, GroupsScope,
        .. OfSession,
    ];

    private const string RolesClaim = "roles";

    /// <summary>The level of a session's authentication.</summary>
    public static string Level(IReadOnlyCollection<string> amr) =>
        amr.Contains("mfa") || (amr.Contains("pwd") && (amr.Contains("otp") || amr.Contains("hwk"))) ? TwoFactors : OneFactor;

    /// <summary>The principal for a browser's session.</summary>
    /// <param name="session">The signed-in user, by the session cookie.</param>
    /// <param name="user">Their current data.</param>
    /// <param name="scopes">The granted scopes.</param>
    /// <param name="clientId">The application.</param>
    public static ClaimsPrincipal ForSession(ClaimsPrincipal session, UserSnapshot user, ImmutableArray<string> scopes, string clientId)
    {
        string[] amr = [.. session.FindAll(PrincipalClaims.Amr).Select(way => way.Value)];
        var identity = new ClaimsIdentity(OpenIddictServerAspNetCoreDefaults.AuthenticationScheme, Claims.Name, Claims.Role);
        identity.SetClaim(Claims.Subject, user.Id.ToString())
            .SetClaim(PrincipalClaims.SessionId, session.SessionId!.Value.ToString())
            .SetClaim(Claims.AuthenticationTime, session.AuthenticatedAt!.Value.ToUnixTimeSeconds())
            .SetClaims(Claims.AuthenticationMethodReference, [.. amr])
            .SetClaim(Claims.AuthenticationContextReference, Level(amr));
        var principal = new ClaimsPrincipal(identity);
        principal.SetScopes(scopes).SetResources(clientId);
        Refresh(principal, user);
        return principal;
    }

    /// <summary>Replaces the user's data in a principal by their current data, as far as its scopes allow.</summary>
    public static void Refresh(ClaimsPrincipal principal, UserSnapshot user)
    {
        var identity = (ClaimsIdentity)principal.Identity!;
        foreach (var (type, value) in Granted(principal, user))
        {
            switch (value)
            {
                case bool yes:
                    identity.SetClaim(type, yes);
                    break;
                case string[] several:
                    identity.SetClaims(type, [.. several]);
                    break;
                default:
                    identity.SetClaim(type, (string?)value);
                    break;
            }
        }

        identity.SetDestinations(Destinations);
    }

    /// <summary>The user's data that the scopes allow; null: they have not set it.</summary>
    public static IEnumerable<(string Type, object? Value)> Granted(ClaimsPrincipal principal, UserSnapshot user)
    {
        if (principal.HasScope(Scopes.Profile))
        {
            yield return (Claims.Name, user.Name);
            yield return (Claims.PreferredUsername, user.Email);
            yield return (Claims.Locale, user.Language);
            yield return (Claims.Zoneinfo, user.TimeZone);
        }

        if (principal.HasScope(Scopes.Email))
        {
            yield return (Claims.Email, user.Email);
            yield return (Claims.EmailVerified, user.EmailConfirmed);
        }

        if (principal.HasScope(Scopes.Roles))
        {
            yield return (RolesClaim, user.Roles);
        }

        if (principal.HasScope(GroupsScope))
        {
            yield return (GroupsScope, user.Groups.Select(group => group.Name).Distinct().ToArray());
        }
    }

    /// <summary>The tokens that have a claim: personal data is in the identity token only, because services other than the application see the access token.</summary>
    public static IEnumerable<string> Destinations(Claim claim) => claim.Type switch
    {
        Claims.Subject or PrincipalClaims.SessionId or Claims.AuthenticationTime or Claims.AuthenticationMethodReference or Claims.AuthenticationContextReference
            => [OpenIddictConstants.Destinations.AccessToken, OpenIddictConstants.Destinations.IdentityToken],
        Claims.Name or Claims.PreferredUsername or Claims.Locale or Claims.Zoneinfo or Claims.Email or Claims.EmailVerified or RolesClaim or GroupsScope => [OpenIddictConstants.Destinations.IdentityToken],
        _ => [],
    };

    /// <summary>The scope in words, for the consent page.</summary>
    public static string? Describe(string scope) => scope switch
    {
        Scopes.OpenId => T("Your account id"),
        Scopes.Profile => T("Your name, language and time zone"),
        Scopes.Email => T("Your email address"),
        Scopes.Roles => T("Your roles"),
        GroupsScope => T("The names of your groups"),
        Scopes.OfflineAccess => T("Stay signed in until this session ends"),
        _ => null,
    };
}
