using Microsoft.AspNetCore.Mvc.Filters;
using WebApp.Areas.Api.Bearer;
using WebApp.Features.SecondFactors;
using WebApp.Features.Sessions;
using WebApp.Platform.Data;
using WebApp.Platform.Time;

namespace WebApp.Areas.Api;

/// <summary>
/// Allows a call only within <see cref="RecentAuthentication.MaxAge"/> of the caller's last authentication; others must
/// authenticate again (RFC 9470) with <c>POST /auth/reauthenticate</c>. An API token has no recent authentication, so it is always refused,
/// with any scope: otherwise a leaked API token could do what a stolen session cannot.
/// </summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class RecentAuthenticationRequiredAttribute : Attribute, IAsyncAuthorizationFilter
{
    private static readonly int MaxAge = WholeSeconds.RoundUp(RecentAuthentication.MaxAge);
    private static readonly string Challenge = $"Bearer error=\"insufficient_user_authentication\", max_age={MaxAge}";

    /// <summary>Whether a mailed code is not enough if the account has a stronger factor (<see cref="FactorStrength"/>).</summary>
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

    /// <summary><c>reauthentication_required</c>, with the accepted methods; also sets the header.</summary>
    internal static async Task<ApiProblem> RefuseAsync(HttpContext http, Guid userId, bool strong, CancellationToken cancel)
    {
        var methods = await http.RequestServices.GetRequiredService<SecondFactorService>().MethodsAsync(userId, cancel);
        http.Response.Headers.WWWAuthenticate = Challenge;
        return new(ApiErrors.ReauthenticationRequired, More: new Dictionary<string, object?>
        {
            ["max_age"] = MaxAge,

            // Passkeys work on pages only.
            ["methods"] = methods.Count == 0 ? [FactorMethod.Password] : methods.Where(method => method != FactorMethod.Passkey && (!strong || FactorStrength.StrongMethods.Contains(method))),
        });
    }
}
