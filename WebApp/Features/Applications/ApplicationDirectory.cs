using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.IdentityModel.Tokens;
using WebApp.Features.Audit;
using WebApp.Features.Roles;
using WebApp.Platform.Data;
using WebApp.Platform.Http.Client;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace WebApp.Features.Applications;

/// <summary>Lists, creates, changes and deletes the clients of the provider.</summary>
public sealed class ApplicationDirectory(AppDbContext db, RegisteredApplications manager, ApplicationKeys keys, AuditTrail audit, TimeProvider clock)
{
    /// <summary>All clients, by name.</summary>
    public async Task<IReadOnlyList<ApplicationView>> ListAsync(CancellationToken cancel) =>
        [.. (await db.Applications.AsNoTracking().ToListAsync(cancel)).Select(View).OrderBy(view => view.Settings.Name, StringComparer.CurrentCultureIgnoreCase)];

    /// <summary>A client; null if there is none.</summary>
    public async Task<ApplicationView?> FindAsync(string clientId, CancellationToken cancel) =>
        await db.Applications.AsNoTracking().SingleOrDefaultAsync(a => a.ClientId == clientId, cancel) is { } found ? View(found) : null;

    /// <summary>Creates a client. A confidential one gets its first secret, which is not shown again.</summary>
    public async Task<ApplicationResult> CreateAsync(RoleActor actor, string? clientId, ApplicationSettings settings, ClientInfo client, CancellationToken cancel)
    {
        if (await ApplicationSettingsCheck.RunAsync(db, actor, clientId, settings, cancel) is { } refusal)
        {
            return refusal;
        }

        var id = clientId ?? Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(12));
        if (await manager.FindByClientIdAsync(id, cancel) is not null)
        {
            return new ApplicationResult.Conflict(T("There is an application with this client id."));
        }

        Application application = new() { Id = Guid.CreateVersion7(), ClientId = id, CreatedAt = clock.GetUtcNow() };
        var secret = settings.IsPublic ? null : RegisteredApplications.NewSecret();
        application.ClientSecret = secret is null ? null : RegisteredApplications.WithSecret(null, secret);
        Fill(application, settings);
        audit.Add(db, SecurityEventKind.ApplicationChanged, client, actor.UserId, actor.SessionId, $"created {id}");
        db.Applications.Add(application);
        await db.SaveChangesAsync(cancel);
        await MakeKeysAsync(settings, cancel);
        return new ApplicationResult.Saved(View(application), secret);
    }

    /// <summary>Gives a client exactly these settings.</summary>
    public Task<ApplicationResult> UpdateAsync(RoleActor actor, string clientId, ApplicationSettings settings, ClientInfo client, CancellationToken cancel) =>
        ChangeAsync(clientId, async application =>
        {
            if (await ApplicationSettingsCheck.RunAsync(db, actor, null, settings, cancel) is { } refusal)
            {
                return refusal;
            }

            if (settings.IsPublic != (application.ClientType == ClientTypes.Public))
            {
                return new ApplicationResult.Conflict(T("Whether it has a secret cannot be changed: create a new application."));
            }

            Fill(application, settings);
            audit.Add(db, SecurityEventKind.ApplicationChanged, client, actor.UserId, actor.SessionId, $"changed {clientId}");
            await db.SaveChangesAsync(cancel);
            await MakeKeysAsync(settings, cancel);
            return new ApplicationResult.Saved(View(application), null);
        }, actor, cancel);

    /// <summary>Gives a client a new secret, which is not shown again. The one before stays good until this is called again, or until it is dropped.</summary>
    public Task<ApplicationResult> RenewSecretAsync(RoleActor actor, string clientId, bool dropOlder, ClientInfo client, CancellationToken cancel) =>
        ChangeAsync(clientId, async application =>
        {
            if (application.ClientType == ClientTypes.Public)
            {
                return new ApplicationResult.Conflict(T("A public application has no secret."));
            }

            var secret = dropOlder ? null : RegisteredApplications.NewSecret();
            application.ClientSecret = secret is null ? RegisteredApplications.WithoutOlder(application.ClientSecret) : RegisteredApplications.WithSecret(application.ClientSecret, secret);
            audit.Add(db, SecurityEventKind.ApplicationChanged, client, actor.UserId, actor.SessionId, secret is null ? $"older secret of {clientId} dropped" : $"new secret for {clientId}");
            await db.SaveChangesAsync(cancel);
            return new ApplicationResult.Saved(View(application), secret);
        }, actor, cancel);

    /// <summary>Deletes a client; what it has is refused from now on.</summary>
    public Task<ApplicationResult> DeleteAsync(RoleActor actor, string clientId, ClientInfo client, CancellationToken cancel) =>
        ChangeAsync(clientId, async application =>
        {
            await using var transaction = await db.BeginAsync(cancel);
            audit.Add(db, SecurityEventKind.ApplicationChanged, client, actor.UserId, actor.SessionId, $"deleted {clientId}");
            await db.SaveChangesAsync(cancel);
            await RemoveAsync(db, application.Id, cancel);
            await transaction.CommitAsync(cancel);
            return new ApplicationResult.Deleted();
        }, actor, cancel);

    // The first application that needs RS256 makes its key, which is in the JWKS before the application is used.
    private Task MakeKeysAsync(ApplicationSettings settings, CancellationToken cancel) =>
        settings.IdTokenAlgorithm == SecurityAlgorithms.RsaSha256 ? keys.MaintainAsync(cancel) : Task.CompletedTask;

    private async Task<ApplicationResult> ChangeAsync(string clientId, Func<Application, Task<ApplicationResult>> change, RoleActor actor, CancellationToken cancel)
    {
        if (await db.Applications.SingleOrDefaultAsync(a => a.ClientId == clientId, cancel) is not { } application)
        {
            return new ApplicationResult.NotFound();
        }

        return application.Configured ? new ApplicationResult.Conflict(T("This application is set by the configuration, and can be changed only there."))
            : await ApplicationSettingsCheck.IsBeyondAsync(db, actor, application.OwnPermissions, cancel) ? new ApplicationResult.Forbidden(T("This application has permissions that you do not have."))
            : await change(application);
    }

    /// <summary>Deletes an application with its grants and tokens, in the caller's transaction.</summary>
    internal static async Task RemoveAsync(AppDbContext db, Guid id, CancellationToken cancel)
    {
        await db.Set<ApplicationToken>().Where(t => t.Application!.Id == id).ExecuteDeleteAsync(cancel);
        await db.Set<ApplicationAuthorization>().Where(a => a.Application!.Id == id).ExecuteDeleteAsync(cancel);
        await db.Applications.Where(a => a.Id == id).ExecuteDeleteAsync(cancel);
    }

    /// <summary>Writes settings into an application, as OpenIddict reads them.</summary>
    internal static void Fill(Application application, ApplicationSettings settings)
    {
        application.DisplayName = settings.Name;
        application.ClientType = settings.IsPublic ? ClientTypes.Public : ClientTypes.Confidential;
        application.ApplicationType = ApplicationTypes.Web;
        application.ConsentType = settings.IsTrusted ? ConsentTypes.Implicit : ConsentTypes.Explicit;
        application.RedirectUris = Json(settings.RedirectUris);
        application.PostLogoutRedirectUris = Json(settings.PostLogoutRedirectUris);
        application.Requirements = Json([Requirements.Features.ProofKeyForCodeExchange]);
        application.AllowedRoles = [.. settings.AllowedRoles.Distinct().Order(StringComparer.Ordinal)];
        application.AllowedGroups = [.. settings.AllowedGroups.Distinct().Order()];
        application.OwnPermissions = [.. settings.Permissions.Distinct().Order(StringComparer.Ordinal)];
        application.BackchannelLogoutUri = settings.BackchannelLogoutUri;
        application.LogoUri = settings.LogoUri;
        application.IdTokenAlgorithm = settings.IdTokenAlgorithm == SecurityAlgorithms.EcdsaSha256 ? null : settings.IdTokenAlgorithm;
        application.ConcurrencyToken = Guid.NewGuid().ToString();
        application.Permissions = Json(
        [
            Permissions.Endpoints.Token, Permissions.Endpoints.Revocation,
            .. settings.RedirectUris is [] ? Array.Empty<string>() :
            [
                Permissions.Endpoints.Authorization, Permissions.Endpoints.EndSession,
                Permissions.GrantTypes.AuthorizationCode, Permissions.GrantTypes.RefreshToken, Permissions.ResponseTypes.Code,
                .. settings.Scopes.Where(scope => scope is not (Scopes.OpenId or Scopes.OfflineAccess)).Select(scope => Permissions.Prefixes.Scope + scope),
            ],
            .. settings.IsPublic ? Array.Empty<string>() : [Permissions.Endpoints.Introspection],

            // A pushed request is stored, and anybody can send one in the name of a public client.
            .. settings.IsPublic || settings.RedirectUris is [] ? Array.Empty<string>() : [Permissions.Endpoints.PushedAuthorization],
            .. settings.IsService ? [Permissions.GrantTypes.ClientCredentials] : Array.Empty<string>(),
        ]);
    }

    /// <summary>A client as shown to administrators.</summary>
    internal static ApplicationView View(Application application)
    {
        var permissions = Read(application.Permissions);
        return new(
            application.ClientId!,
            new(application.DisplayName ?? application.ClientId!, application.ClientType == ClientTypes.Public, application.ConsentType == ConsentTypes.Implicit)
            {
                RedirectUris = Read(application.RedirectUris),
                PostLogoutRedirectUris = Read(application.PostLogoutRedirectUris),
                Scopes = [.. permissions.Where(p => p.StartsWith(Permissions.Prefixes.Scope, StringComparison.Ordinal)).Select(p => p[Permissions.Prefixes.Scope.Length..])],
                IsService = permissions.Contains(Permissions.GrantTypes.ClientCredentials),
                AllowedRoles = application.AllowedRoles,
                AllowedGroups = application.AllowedGroups,
                Permissions = application.OwnPermissions,
                BackchannelLogoutUri = application.BackchannelLogoutUri,
                LogoUri = application.LogoUri,
                IdTokenAlgorithm = application.IdTokenAlgorithm ?? SecurityAlgorithms.EcdsaSha256,
            },
            application.Configured,
            RegisteredApplications.Count(application.ClientSecret),
            application.CreatedAt,
            application.LogoHash);
    }

    private static string Json(IReadOnlyList<string> values) => JsonSerializer.Serialize(values);

    private static string[] Read(string? json) => json is null ? [] : JsonSerializer.Deserialize<string[]>(json)!;
}

/// <summary>A client as shown to administrators.</summary>
/// <param name="ClientId">Its id.</param>
/// <param name="Settings">Its settings.</param>
/// <param name="Configured">Whether the configuration sets it.</param>
/// <param name="Secrets">How many secrets are good.</param>
/// <param name="CreatedAt">When it was created (UTC).</param>
/// <param name="LogoHash">The hash of its picture; null if it has none.</param>
public sealed record ApplicationView(string ClientId, ApplicationSettings Settings, bool Configured, int Secrets, DateTimeOffset CreatedAt, string? LogoHash);

/// <summary>The result of an action on a client.</summary>
public abstract record ApplicationResult
{
    private ApplicationResult()
    {
    }

    /// <summary>It was created or changed.</summary>
    /// <param name="View">The client.</param>
    /// <param name="Secret">Its new secret, shown only now; null if it got none.</param>
    public sealed record Saved(ApplicationView View, string? Secret) : ApplicationResult
    {
        /// <summary>Hides the secret.</summary>
        public override string ToString() => $"Saved({View.ClientId})";
    }

    /// <summary>It was deleted.</summary>
    public sealed record Deleted : ApplicationResult;

    /// <summary>There is none.</summary>
    public sealed record NotFound : ApplicationResult;

    /// <summary>The actor may not.</summary>
    /// <param name="Reason">Why.</param>
    public sealed record Forbidden(string Reason) : ApplicationResult;

    /// <summary>Not possible in the present state.</summary>
    /// <param name="Reason">Why.</param>
    public sealed record Conflict(string Reason) : ApplicationResult;

    /// <summary>Some settings are not valid.</summary>
    /// <param name="Errors">Which.</param>
    public sealed record Invalid(IReadOnlyList<Platform.Http.FieldError> Errors) : ApplicationResult;
}
