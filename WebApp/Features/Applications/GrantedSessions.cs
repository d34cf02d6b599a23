using System.Security.Claims;
using Microsoft.AspNetCore;
using NpgsqlTypes;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using WebApp.Features.SecondFactors;
using WebApp.Features.Sessions;
using WebApp.Platform.Data;
using WebApp.Platform.Text;
using WebApp.Platform.Users;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;
using static WebApp.Platform.Data.PreparedDatabase;

namespace WebApp.Features.Applications;

/// <summary>
/// Whether the session in which an application was granted something is still open, and its user need not add a second factor first. The database is asked
/// each time, so every node knows at once.
/// </summary>
public sealed class GrantedSessions(PreparedDatabase database, EnrolmentPolicy enrolment, LastSeen lastSeen, TimeProvider clock)
{
    private const string Sql = $"""
        SELECT s.amr FROM sessions s JOIN users u ON u.id = s.user_id
        WHERE s.id = $1 AND s.user_id = $2 AND s.token_version >= u.token_version AND u.deletion_requested_at IS NULL AND coalesce(u.lockout_end, 'epoch') <= $3
          AND {SessionDirectory.IsLive} $3
        """;

    /// <summary>The session in a token; null for a token of an application's own.</summary>
    public static (Guid Session, Guid User)? In(ClaimsPrincipal principal) =>
        Guid.TryParse(principal.GetClaim(PrincipalClaims.SessionId), out var session) && Guid.TryParse(principal.GetClaim(Claims.Subject), out var user) ? (session, user) : null;

    /// <summary>Whether what was granted in it may be used.</summary>
    public async Task<bool> MayBeUsedAsync(Guid session, Guid user, CancellationToken cancel) =>
        await MethodsAsync(session, user, cancel) is { } methods && !await enrolment.MustAddAsync(user, methods, cancel);

    // How the user authenticated in it (RFC 8176); null if it has ended.
    private async Task<string[]?> MethodsAsync(Guid session, Guid user, CancellationToken cancel)
    {
        await using var row = await database.ReadAsync(
            Sql, [Parameter(NpgsqlDbType.Uuid, session), Parameter(NpgsqlDbType.Uuid, user), Parameter(NpgsqlDbType.TimestampTz, clock.GetUtcNow())], cancel);
        return await row.ReadAsync(cancel) ? row.GetFieldValue<string[]>(0) : null;
    }

    /// <summary>Counts a use of an application as a use of the session: people who work in an application are not signed out for being idle here.</summary>
    public void Touch(Guid session) => lastSeen.Note(session, clock.GetUtcNow(), null);
}

/// <summary>Refuses codes and tokens of a session that has ended, or whose user must add a second factor first, wherever they are used.</summary>
internal sealed class SessionCheck(GrantedSessions sessions) : IOpenIddictServerHandler<ValidateTokenContext>
{
    public async ValueTask HandleAsync(ValidateTokenContext context)
    {
        // An identity token is only a hint who wants to sign out; the session may be over.
        if (context.Principal is { } principal && !principal.HasTokenType(TokenTypeIdentifiers.IdentityToken)
            && GrantedSessions.In(principal) is var (session, user) && !await sessions.MayBeUsedAsync(session, user, context.CancellationToken))
        {
            context.Reject(Errors.InvalidToken, "The session in which this was granted has ended, or its user must add a second factor.");
        }
    }
}

/// <summary>Signs with the key that is current when a token is made: keys take their turn while the options stay. An identity token is signed by the algorithm that its application wants.</summary>
internal sealed class CurrentKey(ApplicationKeys keys, RegisteredApplications applications) : IOpenIddictServerHandler<GenerateTokenContext>
{
    public async ValueTask HandleAsync(GenerateTokenContext context)
    {
        var application = context.TokenType == TokenTypeIdentifiers.IdentityToken && context.ClientId is { Length: > 0 } id ? await applications.FindByClientIdAsync(id, context.CancellationToken) : null;
        context.SigningCredentials = await keys.SigningAsync(application?.IdTokenAlgorithm, context.CancellationToken);
    }
}

/// <summary>Removes the engine's ids from identity tokens. Access tokens keep them: by them the provider finds a token's state.</summary>
internal sealed class PlainIdentityToken : IOpenIddictServerHandler<GenerateTokenContext>
{
    public ValueTask HandleAsync(GenerateTokenContext context)
    {
        if (context.TokenType == TokenTypeIdentifiers.IdentityToken)
        {
            context.Principal = context.Principal.Clone(claim => claim.Type is not (Claims.Private.AuthorizationId or Claims.Private.TokenId));
        }

        return default;
    }
}

/// <summary>Accepts a POST without a body, whose token is in the header (OpenID Connect Core 1.0, 5.3.1): OpenIddict reads forms only.</summary>
internal sealed class EmptyForm : IOpenIddictServerHandler<ExtractUserInfoRequestContext>
{
    public ValueTask HandleAsync(ExtractUserInfoRequestContext context)
    {
        if (context.Transaction.GetHttpRequest() is { ContentType: null or "", ContentLength: 0 } request)
        {
            request.ContentType = "application/x-www-form-urlencoded";
        }

        return default;
    }
}

/// <summary>The user's data as it is now.</summary>
internal sealed class UserInfo(UserSnapshots users) : IOpenIddictServerHandler<HandleUserInfoRequestContext>
{
    public async ValueTask HandleAsync(HandleUserInfoRequestContext context)
    {
        var principal = context.AccessTokenPrincipal;
        if (GrantedSessions.In(principal) is not var (_, id) || await users.FindAsync(id, context.CancellationToken) is not { } user)
        {
            context.Reject(Errors.InvalidToken, "The token is not for a user.");
            return;
        }

        // Only what is listed here: the provider would take whatever claims the token has.
        context.Claims.Clear();
        (context.Email, context.EmailVerified, context.PreferredUsername) = (null, null, null);
        context.Subject = id.ToString();
        context.Audiences.Clear();
        foreach (var (type, value) in ApplicationClaims.Granted(principal, user).Where(claim => claim.Value is not null))
        {
            context.Claims[type] = value switch
            {
                bool yes => new(yes),
                string[] several => new([.. several]),
                _ => new((string?)value),
            };
        }
    }
}

/// <summary>Adds what OpenIddict does not know to the discovery document.</summary>
internal sealed class Discovery : IOpenIddictServerHandler<HandleConfigurationRequestContext>
{
    public ValueTask HandleAsync(HandleConfigurationRequestContext context)
    {
        context.Metadata["acr_values_supported"] = new([ApplicationClaims.OneFactor, ApplicationClaims.TwoFactors]);
        context.Metadata["ui_locales_supported"] = new([.. Language.All.Select(language => language.Code)]);
        context.Metadata["backchannel_logout_supported"] = true;
        context.Metadata["backchannel_logout_session_supported"] = true;
        context.IdTokenSigningAlgorithms.Clear();
        context.IdTokenSigningAlgorithms.Add(Algorithms.EcdsaSha256);
        context.IdTokenSigningAlgorithms.Add(Algorithms.RsaSha256);
        context.PromptValues.Remove(PromptValues.SelectAccount);
        return default;
    }
}

/// <summary>
/// Lets an application introspect what was issued to it or for it, and those with the permission <see cref="Permission.TokensIntrospect"/> every access token. It replaces OpenIddict's
/// handler of the same purpose, which knows no permission.
/// </summary>
internal sealed class IntrospectionRight(RegisteredApplications applications) : IOpenIddictServerHandler<ValidateIntrospectionRequestContext>
{
    public async ValueTask HandleAsync(ValidateIntrospectionRequestContext context)
    {
        var token = context.GenericTokenPrincipal;
        if (token is null || context.ClientId is not { } client || token.HasPresenter(client) || (token.HasTokenType(TokenTypeIdentifiers.AccessToken) && token.HasAudience(client)))
        {
            return;
        }

        if (!token.HasTokenType(TokenTypeIdentifiers.AccessToken)
            || await applications.FindByClientIdAsync(client, context.CancellationToken) is not { } application || !application.OwnPermissions.Contains(Permission.TokensIntrospect))
        {
            context.Reject(Errors.InvalidToken, "The token is not for this application.");
        }
    }
}

/// <summary>Removes the engine's own claims from the answer of introspection.</summary>
internal sealed class IntrospectedClaims : IOpenIddictServerHandler<HandleIntrospectionRequestContext>
{
    public ValueTask HandleAsync(HandleIntrospectionRequestContext context)
    {
        foreach (var name in context.Claims.Keys.Where(name => name.StartsWith(Claims.Prefixes.Private, StringComparison.Ordinal)).ToList())
        {
            context.Claims.Remove(name);
        }

        return default;
    }
}
