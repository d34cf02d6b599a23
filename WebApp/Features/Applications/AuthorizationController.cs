using System.Collections.Immutable;
using Microsoft.AspNetCore;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;
using OpenIddict.Abstractions;
using OpenIddict.Server.AspNetCore;
using WebApp.Features.SecondFactors;
using WebApp.Features.Sessions;
using WebApp.Platform.Http;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Pages;
using WebApp.Platform.Users;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace WebApp.Features.Applications;

/// <summary>
/// The authorization endpoint. OpenIddict has checked the request: client, redirect address, PKCE. Here the browser's session is the user's authentication; they
/// are sent to sign in, to authenticate again or to the consent page where that is needed.
/// </summary>
[ReadByProtocol]
public sealed class AuthorizationController(
    RegisteredApplications applications, ApplicationGrants grants, ApplicationConsents consents, StepUpMarks marks, EnrolmentPolicy enrolment,
    SecondFactorService factors, UserSnapshots users, TimeProvider clock) : Controller
{
    private const string Scheme = OpenIddictServerAspNetCoreDefaults.AuthenticationScheme;
    private const string DecisionField = "decision";

    private OpenIddictRequest Asked => HttpContext.GetOpenIddictServerRequest() ?? throw new InvalidOperationException("OpenIddict did not read this request.");

    /// <summary>Grants a code, or asks the user for what is missing.</summary>
    [HttpGet(ApplicationPaths.Authorize)]
    public Task<IActionResult> Authorize(CancellationToken cancel) => AnswerAsync(null, cancel);

    /// <summary>The user's answer on the consent page.</summary>
    [HttpPost(ApplicationPaths.Authorize)]
    public Task<IActionResult> Decide([FromForm(Name = DecisionField)] string? decision, CancellationToken cancel) => AnswerAsync(decision ?? "", cancel);

    /// <summary>
    /// Goes back to the request by a page that refreshes itself: browsers apply the <c>form-action</c> of the login form to all redirects that follow it, and the last
    /// one leads to the application.
    /// </summary>
    [HttpGet(ApplicationPaths.Continue)]
    public ViewResult Continue() => View(nameof(Continue), (Request.QueryString.Value ?? "").TrimStart('?'));

    private async Task<IActionResult> AnswerAsync(string? decision, CancellationToken cancel)
    {
        var asked = Asked;
        var silent = asked.HasPromptValue(PromptValues.None);
        var application = await applications.FindByClientIdAsync(asked.ClientId!, cancel) ?? throw new InvalidOperationException("OpenIddict has found this client.");
        if (User.Identity is not { IsAuthenticated: true } || await users.FindAsync(User.UserId, cancel) is not { } user)
        {
            return silent ? Refuse(Errors.LoginRequired, "The user is not signed in.") : SendTo(SessionCookieOptions.LoginPath, asked, "returnUrl");
        }

        // OpenID Connect Core 1.0, 3.1.2.1.
        if (asked.IdTokenHint is not null && (await HttpContext.AuthenticateAsync(Scheme)).Principal?.GetClaim(Claims.Subject) != user.Id.ToString())
        {
            return Refuse(Errors.LoginRequired, "Another user is signed in than the identity token names.");
        }

        if (await NeedsStepUpAsync(asked, cancel))
        {
            return silent ? Refuse(Errors.LoginRequired, "The user must authenticate again.") : SendTo("/reauthenticate", asked, "returnUrl");
        }

        if (await enrolment.MustAddAsync(HttpContext))
        {
            return silent ? Refuse(Errors.InteractionRequired, "The user must add a second factor first.") : Redirect(EnrolmentGate.Page);
        }

        if (!ApplicationGrants.IsOpenTo(application, user))
        {
            return silent ? Refuse(Errors.AccessDenied, "The user may not use this application.") : NotAllowed(application);
        }

        return await ConsentAsync(asked, application, user, decision, silent, cancel);
    }

    private async Task<IActionResult> ConsentAsync(OpenIddictRequest asked, Application application, UserSnapshot user, string? decision, bool silent, CancellationToken cancel)
    {
        var scopes = asked.GetScopes();
        var trusted = application.ConsentType == ConsentTypes.Implicit;
        var needed = await consents.MustAskAsync(application, user.Id, scopes, asked.HasPromptValue(PromptValues.Consent), cancel);
        switch (decision)
        {
            case "deny":
                return Refuse(Errors.AccessDenied, "The user did not allow it.");
            case "allow":
                return await GrantAsync(application, user, scopes, trusted ? null : scopes, cancel);
            default:
                return !needed ? await GrantAsync(application, user, scopes, null, cancel)
                    : silent ? Refuse(Errors.ConsentRequired, "The user must be asked.")
                    : AskConsent(asked, application, user, scopes);
        }
    }

    private async Task<IActionResult> GrantAsync(Application application, UserSnapshot user, ImmutableArray<string> scopes, IReadOnlyCollection<string>? consented, CancellationToken cancel)
    {
        HttpContext.KeepLanguage(null);
        await grants.EnterAsync(application, user.Id, User.SessionId!.Value, consented, ClientInfo.FromRequest(HttpContext), cancel);
        return SignIn(ApplicationClaims.ForSession(User, user, scopes, application.ClientId!), Scheme);
    }

    // Since the browser was sent away, any authentication counts; otherwise it must be as recent and as strong as the application asks.
    private async Task<bool> NeedsStepUpAsync(OpenIddictRequest asked, CancellationToken cancel)
    {
        var at = User.AuthenticatedAt!.Value;
        if (marks.Read(Request.Query[StepUpMarks.Parameter], asked.ClientId!) is { } since && at >= since)
        {
            return false;
        }

        var age = clock.GetUtcNow() - at;
        return asked.HasPromptValue(PromptValues.Login)
            || (asked.MaxAge is { } seconds && age > TimeSpan.FromSeconds(seconds))
            || (asked.GetAcrValues().FirstOrDefault(value => value is ApplicationClaims.OneFactor or ApplicationClaims.TwoFactors) == ApplicationClaims.TwoFactors
                && ApplicationClaims.Level([.. User.FindAll(PrincipalClaims.Amr).Select(way => way.Value)]) != ApplicationClaims.TwoFactors
                && (await factors.MethodsAsync(User.UserId, cancel)).Count > 0);
    }

    private RedirectResult SendTo(string page, OpenIddictRequest asked, string parameter)
    {
        var fields = Fields().Where(field => field.Key != StepUpMarks.Parameter).Append(new(StepUpMarks.Parameter, marks.Make(asked.ClientId!)));
        HttpContext.KeepLanguage(asked.Language);
        if (asked.LoginHint is { Length: > 0 and <= 254 } hint && page == SessionCookieOptions.LoginPath)
        {
            TempData.TypedEmail = hint;
        }

        return Redirect(QueryHelpers.AddQueryString(page, parameter, QueryHelpers.AddQueryString(ApplicationPaths.Continue, fields)));
    }

    private ViewResult AskConsent(OpenIddictRequest asked, Application application, UserSnapshot user, ImmutableArray<string> scopes)
    {
        Response.AllowFormTo(new(asked.RedirectUri!));
        return View("Consent", new ConsentPage(application.DisplayName ?? application.ClientId!, application.LogoHash, Host(asked.RedirectUri!), user.Email, scopes, [.. Fields()]));
    }

    private ViewResult NotAllowed(Application application)
    {
        Response.StatusCode = StatusCodes.Status403Forbidden;
        return View("NotAllowed", application.DisplayName ?? application.ClientId!);
    }

    private ForbidResult Refuse(string error, string description)
    {
        HttpContext.KeepLanguage(null);
        return Forbid(
            new AuthenticationProperties(new Dictionary<string, string?>
            {
                [OpenIddictServerAspNetCoreConstants.Properties.Error] = error,
                [OpenIddictServerAspNetCoreConstants.Properties.ErrorDescription] = description,
            }),
            Scheme);
    }

    // The parameters as they were sent, without what belongs to our form: its button and its hidden fields.
    private IEnumerable<KeyValuePair<string, StringValues>> Fields() =>
        (Request.HasFormContentType ? (IEnumerable<KeyValuePair<string, StringValues>>)Request.Form : Request.Query)
        .Where(field => field.Key != DecisionField && !field.Key.StartsWith("__", StringComparison.Ordinal));

    private static string Host(string redirect) => new Uri(redirect) is { Scheme: "https" or "http" } web ? web.Authority : $"{new Uri(redirect).Scheme}:";
}

/// <summary>The consent page.</summary>
/// <param name="Application">The application's name.</param>
/// <param name="LogoHash">The hash of its picture; null if it has none.</param>
/// <param name="Host">The host that the user is sent to.</param>
/// <param name="Email">The signed-in account.</param>
/// <param name="Scopes">What it asks for.</param>
/// <param name="Fields">The request, which the form sends again.</param>
public sealed record ConsentPage(string Application, string? LogoHash, string Host, string Email, IReadOnlyList<string> Scopes, IReadOnlyList<KeyValuePair<string, StringValues>> Fields);
