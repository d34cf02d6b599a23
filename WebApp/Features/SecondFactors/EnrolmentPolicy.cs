using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;
using Npgsql;
using WebApp.Features.Sessions;
using WebApp.Platform.Data;
using WebApp.Platform.Http;
using WebApp.Platform.Users;

namespace WebApp.Features.SecondFactors;

/// <summary>
/// Enforces <see cref="MfaOptions.Required"/>: a user who must have a second factor and has none can only add one. It is checked where a caller is
/// admitted, once for each scheme: pages in <see cref="EnrolmentGate"/>, Bearer tokens in the Bearer gate, browsers at protected sites in
/// <c>forward-auth</c>, bootstrap before it issues tokens.
/// </summary>
public sealed class EnrolmentPolicy(UserSnapshots users, NpgsqlDataSource database, IOptions<MfaOptions> options)
{
    private const string PasskeySql = "SELECT EXISTS (SELECT 1 FROM user_passkeys WHERE user_id = $1)";

    /// <summary>Whether a second factor is required of anybody; if not, requests skip the check.</summary>
    public bool IsOn => options.Value.Required != MfaRequirement.Nobody;

    /// <summary>Whether an endpoint is an exception, which users need for adding a factor.</summary>
    public static bool IsException(HttpContext context) => context.GetEndpoint()?.Metadata.GetMetadata<AllowWithoutSecondFactorAttribute>() is not null;

    /// <summary>
    /// Whether a user who was authenticated by these methods (RFC 8176) must add a second factor. A user who signed in by passkey has shown both factors.
    /// </summary>
    public bool MustAdd(UserSnapshot user, IReadOnlyCollection<string> amr) => MustHave(user) && !user.TwoFactorEnabled && !amr.Contains("mfa");

    /// <summary>The same for a user by id; false if there is no such user.</summary>
    public async ValueTask<bool> MustAddAsync(Guid userId, IReadOnlyCollection<string> amr, CancellationToken cancel) =>
        IsOn && await users.FindAsync(userId, cancel) is { } user && MustAdd(user, amr);

    /// <summary>
    /// Whether the owner of an API token must add a second factor. The token does not say how its owner authenticated, so a passkey of the owner counts.
    /// The database is queried only if the data in memory is not sufficient.
    /// </summary>
    public async ValueTask<bool> OwnerMustAddAsync(UserSnapshot owner, CancellationToken cancel)
    {
        if (!MustAdd(owner, []))
        {
            return false;
        }

        await using var command = database.CreateCommand(PasskeySql);
        command.Parameters.Add(new() { Value = owner.Id });
        return await command.ExecuteScalarAsync(cancel) is not true;
    }

    /// <summary>
    /// Whether the signed-in user of a page must add one. An administrator who views somebody's account was checked in the console, and sees what its owner
    /// would see after adding one.
    /// </summary>
    public ValueTask<bool> MustAddAsync(HttpContext context) =>
        context.User is { Identity.IsAuthenticated: true, ImpersonatedUntil: null } caller
            ? MustAddAsync(caller.UserId, [.. caller.FindAll(PrincipalClaims.Amr).Select(way => way.Value)], context.RequestAborted)
            : new(false);

    private bool MustHave(UserSnapshot user) => options.Value.Required switch
    {
        MfaRequirement.Everyone => true,
        MfaRequirement.Administrators => user.Roles.Contains(Role.AdminName),
        _ => false,
    };
}

/// <summary>
/// Redirects a user who must add a second factor from every page to the page where it is added. Runs before all endpoints, so that it covers new pages too.
/// Endpoints that allow anonymous access are open; <see cref="AllowWithoutSecondFactorAttribute"/> marks the other exceptions.
/// </summary>
public static class EnrolmentGate
{
    /// <summary>The page where a factor is added.</summary>
    public const string Page = "/account/mfa";

    extension(WebApplication app)
    {
        /// <summary>Covers pages; API calls are checked with their tokens.</summary>
        public void UseEnrolment()
        {
            var policy = app.Services.GetRequiredService<EnrolmentPolicy>();
            app.Use(async (context, next) =>
            {
                if (!context.IsApiRequest
                    && context.GetEndpoint()?.Metadata.GetMetadata<IAuthorizeData>() is not null
                    && !EnrolmentPolicy.IsException(context)
                    && await policy.MustAddAsync(context))
                {
                    context.Response.Redirect(context.Request.PathBase + Page);
                    return;
                }

                await next(context);
            });
        }
    }
}

/// <summary>
/// Admits users who still have to add a second factor, because they add it here, authenticate again, or sign out. All other endpoints are closed to them.
/// </summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class AllowWithoutSecondFactorAttribute : Attribute;
