using System.Security.Claims;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using OpenIddict.Abstractions;
using WebApp.Features.SecondFactors;
using WebApp.Features.Sessions;
using WebApp.Platform.Data;
using WebApp.Platform.Mail;
using WebApp.Platform.Startup;
using WebApp.Platform.Users;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace WebApp.Features.Applications;

/// <summary>Says what an application would get, by the code that decides when somebody signs in to it. Nothing is issued and nothing is written.</summary>
public sealed class ApplicationCheck(
    AppDbContext db, RegisteredApplications applications, ApplicationConsents consents, EnrolmentPolicy enrolment, UserSnapshots users, IOptions<AppOptions> app, TimeProvider clock)
{
    /// <summary>The user with an address; null if there is none.</summary>
    public async Task<Guid?> FindUserAsync(string email, CancellationToken cancel) =>
        EmailAddress.Parse(email) is { } address && EmailAddress.Normalize(address) is var normalized
            ? await db.Users.Where(user => user.NormalizedEmail == normalized).Select(user => (Guid?)user.Id).SingleOrDefaultAsync(cancel)
            : null;

    /// <summary>The check; null if there is no such application.</summary>
    /// <param name="clientId">The application.</param>
    /// <param name="userId">Who would sign in; null for nobody.</param>
    /// <param name="address">An address that the application sends; null for none.</param>
    /// <param name="cancel">Cancels.</param>
    public async Task<CheckedApplication?> RunAsync(string clientId, Guid? userId, string? address, CancellationToken cancel)
    {
        if (await applications.FindByClientIdAsync(clientId, cancel) is not { } application)
        {
            return null;
        }

        var view = ApplicationDirectory.View(application);
        string[] scopes = [Scopes.OpenId, .. view.Settings.Scopes, Scopes.OfflineAccess];
        return new(
            view,
            app.Value.BaseUrl.AbsoluteUri,
            app.Value.Link($"/{ApplicationPaths.Configuration}"),
            view.Settings.RedirectUris is [var redirect, ..] ? app.Value.Link(Request(clientId, redirect, scopes)) : null,
            scopes,
            userId is { } id ? await UserAsync(application, id, scopes, cancel) : null,
            address is null ? null : await AddressAsync(application, view.Settings, address, cancel));
    }

    private async Task<CheckedUser?> UserAsync(Application application, Guid id, string[] scopes, CancellationToken cancel)
    {
        if (await users.FindAsync(id, cancel) is not { } user || await db.Users.AsNoTracking().SingleOrDefaultAsync(account => account.Id == id, cancel) is not { } account)
        {
            return null;
        }

        return new(
            user,
            SignInEligibility.Obstacle(account, clock.GetUtcNow(), restores: false),
            ApplicationGrants.IsOpenTo(application, user),
            enrolment.IsOn && enrolment.MustAdd(user, []),
            await consents.MustAskAsync(application, id, scopes, again: false, cancel),
            Claims(user, scopes));
    }

    private static CheckedClaim[] Claims(UserSnapshot user, string[] scopes)
    {
        var principal = new ClaimsPrincipal(new ClaimsIdentity());
        principal.SetScopes(scopes);
        return
        [
            Claim(OpenIddictConstants.Claims.Subject, user.Id.ToString(), inUserInfo: true),
            .. ApplicationClaims.Granted(principal, user).Where(claim => claim.Value is not (null or string[] { Length: 0 })).Select(claim => Claim(
                claim.Type,
                claim.Value switch { bool yes => yes ? "true" : "false", string[] several => string.Join(", ", several), var one => (string)one! },
                inUserInfo: true)),
            .. ApplicationClaims.OfSession.Select(type => Claim(type, null, inUserInfo: false)),
        ];
    }

    private static CheckedClaim Claim(string type, string? value, bool inUserInfo)
    {
        string[] tokens = [.. ApplicationClaims.Destinations(new Claim(type, ""))];
        return new(type, value, tokens.Contains(Destinations.IdentityToken), tokens.Contains(Destinations.AccessToken), inUserInfo);
    }

    private async Task<CheckedAddress> AddressAsync(Application application, ApplicationSettings settings, string address, CancellationToken cancel) => new(
        address,
        await applications.ValidateRedirectUriAsync(application, address, cancel),
        await applications.ValidatePostLogoutRedirectUriAsync(application, address, cancel),
        settings.RedirectUris.Concat(settings.PostLogoutRedirectUris).FirstOrDefault(allowed => allowed != address && Loosely(allowed) == Loosely(address)));

    // Without what people overlook.
    private static string Loosely(string address) =>
        address.Split('?', '#')[0].Replace("https://", "http://", StringComparison.OrdinalIgnoreCase).TrimEnd('/').ToUpperInvariant();

    private static string Request(string clientId, string redirect, string[] scopes) => QueryHelpers.AddQueryString(ApplicationPaths.Authorize, new Dictionary<string, string?>
    {
        [Parameters.ClientId] = clientId,
        [Parameters.RedirectUri] = redirect,
        [Parameters.ResponseType] = ResponseTypes.Code,
        [Parameters.Scope] = string.Join(' ', scopes),
        [Parameters.State] = "STATE",
        [Parameters.Nonce] = "NONCE",
        [Parameters.CodeChallenge] = "CHALLENGE",
        [Parameters.CodeChallengeMethod] = CodeChallengeMethods.Sha256,
    });
}

/// <summary>What an application would get.</summary>
/// <param name="View">The application.</param>
/// <param name="Issuer">The issuer.</param>
/// <param name="Discovery">The address of the discovery document.</param>
/// <param name="Request">The address of an authorization request, with the first redirect address and all scopes; null where nobody signs in to it.</param>
/// <param name="Scopes">What it may ask for.</param>
/// <param name="User">For whom; null for nobody.</param>
/// <param name="Address">The address that was asked about; null for none.</param>
public sealed record CheckedApplication(
    ApplicationView View, string Issuer, string Discovery, string? Request, IReadOnlyList<string> Scopes, CheckedUser? User, CheckedAddress? Address);

/// <summary>What an application would get for a user.</summary>
/// <param name="User">The user.</param>
/// <param name="Obstacle">Why they cannot sign in here at all, as in the audit trail; null if they can.</param>
/// <param name="IsOpen">Whether the application is open to them.</param>
/// <param name="MustAddFactor">Whether they must add a second factor first, unless they sign in with a passkey.</param>
/// <param name="IsAsked">Whether they are asked what the application may see.</param>
/// <param name="Claims">What it would learn.</param>
public sealed record CheckedUser(UserSnapshot User, string? Obstacle, bool IsOpen, bool MustAddFactor, bool IsAsked, IReadOnlyList<CheckedClaim> Claims);

/// <summary>A claim.</summary>
/// <param name="Type">Its name.</param>
/// <param name="Value">Its value; null: that of the session.</param>
/// <param name="InIdentityToken">Whether the identity token has it.</param>
/// <param name="InAccessToken">Whether the access token has it.</param>
/// <param name="InUserInfo">Whether userinfo has it.</param>
public sealed record CheckedClaim(string Type, string? Value, bool InIdentityToken, bool InAccessToken, bool InUserInfo);

/// <summary>An address that an application sends.</summary>
/// <param name="Address">The address.</param>
/// <param name="MayGetCodes">Whether codes may go there.</param>
/// <param name="MayFollowLogout">Whether browsers may go there after signing out.</param>
/// <param name="Nearest">An allowed address from which it differs only a little; null if there is none.</param>
public sealed record CheckedAddress(string Address, bool MayGetCodes, bool MayFollowLogout, string? Nearest);
