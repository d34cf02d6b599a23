using Microsoft.AspNetCore.Mvc.Filters;
using WebApp.Areas.Api.Bearer;
using WebApp.Features.SecondFactors;
using WebApp.Features.Sessions;
using WebApp.Platform.Data;
using WebApp.Platform.Time;

namespace WebApp.Areas.Api;

/// <summary>
/// Lets a call through only within <see cref="RecentAuthentication.MaxAge"/> of the caller's last authentication; others are told to
/// authenticate again (RFC 9470). <c>POST /auth/reauthenticate</c> lifts it. An API token, whatever its scopes, was never authenticated: it is
/// held to what people are held to, or a leaked one could do what a stolen session cannot.
/// </summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class RecentAuthenticationRequiredAttribute : Attribute, IAsyncAuthorizationFilter
{
    private static readonly int MaxAge = WholeSeconds.RoundUp(RecentAuthentication.MaxAge);
    private static readonly string Challenge = $"Bearer error=\"insufficient_user_authentication\", max_age={MaxAge}";

    /// <summary>Whether a mailed code does not suffice, where the account has anything better (<see cref="FactorStrength"/>).</summary>
    public bool Strong { get; set; }

    /// <inheritdoc/>
    public async Task OnAuthorizationAsync(AuthorizationFilterContext context)
    {
        var http = context.HttpContext;
        var clock = http.RequestServices.GetRequiredService<TimeProvider>();
        if (http.Features.Get<BearerIdentity>() is not { } caller)
        {
            return;
        }

        if (caller.AccessToken is not { } token)
        {
            http.Response.Headers.WWWAuthenticate = Challenge;
            context.Result = new ApiProblem(
                ApiErrors.ReauthenticationRequired,
                "An API token cannot authenticate again. Use an access token of a sign-in in the last ten minutes.",
                More: new Dictionary<string, object?> { ["max_age"] = MaxAge, ["methods"] = Array.Empty<string>() });
            return;
        }

        var strong = Strong && await FactorStrength.IsNeededAsync(http.RequestServices.GetRequiredService<AppDbContext>(), token.Subject, http.RequestAborted);
        if (RecentAuthentication.IsTooOld(token.AuthenticatedAt, clock.GetUtcNow()) || (strong && token.Amr.Contains(RecentAuthentication.MailedCode)))
        {
            context.Result = await RefuseAsync(http, token.Subject, strong, http.RequestAborted);
        }
    }

    /// <summary><c>reauthentication_required</c>, with what would suffice; sets its header.</summary>
    internal static async Task<ApiProblem> RefuseAsync(HttpContext http, Guid userId, bool strong, CancellationToken cancel)
    {
        var methods = await http.RequestServices.GetRequiredService<SecondFactorService>().MethodsAsync(userId, cancel);
        http.Response.Headers.WWWAuthenticate = Challenge;
        return new(ApiErrors.ReauthenticationRequired, More: new Dictionary<string, object?>
        {
            ["max_age"] = MaxAge,

            // A passkey answers on the pages only.
            ["methods"] = methods.Count == 0 ? [FactorMethod.Password] : methods.Where(method => method != FactorMethod.Passkey && (!strong || FactorStrength.StrongMethods.Contains(method))),
        });
    }
}
