using System.Security.Claims;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;
using WebApp.Data;
using WebApp.Data.Users;
using WebApp.Sessions;

namespace WebApp.Mfa;

/// <summary>Holds people to <see cref="MfaOptions.Required"/>: whoever must have a second factor and has shown none is let do nothing but add one.</summary>
public sealed class EnrolmentPolicy(UserSnapshots users, IOptions<MfaOptions> options)
{
    /// <summary>Whether the endpoint is closed to this caller until a second factor is added. What is open to strangers is open to all.</summary>
    public async ValueTask<bool> KeepsOutAsync(HttpContext context) =>
        context.GetEndpoint()?.Metadata is { } about
        && about.GetMetadata<IAuthorizeData>() is not null
        && about.GetMetadata<AllowWithoutSecondFactorAttribute>() is null
        && await MustAddAsync(context);

    /// <summary>
    /// Whether this caller has to add a second factor. Who came in by passkey has shown both; an API token was made by somebody
    /// who was let in.
    /// </summary>
    public async ValueTask<bool> MustAddAsync(HttpContext context)
    {
        var caller = context.User;
        return options.Value.Required != MfaRequirement.Nobody
            && caller.Identity is { IsAuthenticated: true }
            && caller.SessionId is not null
            && MustHave(caller)
            && !caller.HasClaim(PrincipalClaims.Amr, "mfa")
            && await users.FindAsync(caller.UserId, context.RequestAborted) is { TwoFactorEnabled: false };
    }

    private bool MustHave(ClaimsPrincipal caller) => options.Value.Required == MfaRequirement.Everyone || caller.IsInRole(Role.AdminName);
}
