using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;
using Npgsql;
using WebApp.Features.Sessions;
using WebApp.Platform.Data;
using WebApp.Platform.Http;
using WebApp.Platform.Users;

namespace WebApp.Features.SecondFactors;

/// <summary>
/// Holds people to <see cref="MfaOptions.Required"/>: whoever must have a second factor and has none is let do nothing but add one. It is asked
/// where a caller is admitted, once for each scheme: pages in <see cref="EnrolmentGate"/>, Bearer tokens in the Bearer gate, browsers at protected sites
/// in <c>forward-auth</c>, bootstrap before it gives tokens.
/// </summary>
public sealed class EnrolmentPolicy(UserSnapshots users, NpgsqlDataSource database, IOptions<MfaOptions> options)
{
    private const string PasskeySql = "SELECT EXISTS (SELECT 1 FROM user_passkeys WHERE user_id = $1)";

    /// <summary>Whether anybody is held to it: otherwise no request pays for it.</summary>
    public bool IsOn => options.Value.Required != MfaRequirement.Nobody;

    /// <summary>Whether an endpoint is one of the exceptions, where a factor is added.</summary>
    public static bool IsException(HttpContext context) => context.GetEndpoint()?.Metadata.GetMetadata<AllowWithoutSecondFactorAttribute>() is not null;

    /// <summary>Whether a user who was authenticated in these ways (RFC 8176) has to add a second factor. Who came in by passkey has shown both.</summary>
    public bool MustAdd(UserSnapshot user, IReadOnlyCollection<string> amr) => MustHave(user) && !user.TwoFactorEnabled && !amr.Contains("mfa");

    /// <summary>The same for a user by id; false where there is none.</summary>
    public async ValueTask<bool> MustAddAsync(Guid userId, IReadOnlyCollection<string> amr, CancellationToken cancel) =>
        IsOn && await users.FindAsync(userId, cancel) is { } user && MustAdd(user, amr);

    /// <summary>
    /// Whether the owner of an API token has to add a second factor. The token shows no way of authentication, so a passkey of its owner's counts;
    /// the database is asked only where nothing in memory admits.
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
    /// Whether the signed-in user of a page has to add one. An administrator who looks at somebody's account was held to it in the console, and
    /// sees what its owner would see after adding one.
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
/// Sends whoever owes a second factor from every page to the one where it is added. Stands before all endpoints, so that a new page is held to it
/// without a word of its own; what is open to strangers is open to all, and <see cref="AllowWithoutSecondFactorAttribute"/> marks the exceptions.
/// </summary>
public static class EnrolmentGate
{
    /// <summary>Where a factor is added.</summary>
    public const string Page = "/account/mfa";

    extension(WebApplication app)
    {
        /// <summary>Covers pages; calls are held to it where their tokens are checked.</summary>
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

/// <summary>Lets in whoever still has to add a second factor, because here they do it, or prove who they are, or leave. Any endpoint without it is closed to them.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class AllowWithoutSecondFactorAttribute : Attribute;
