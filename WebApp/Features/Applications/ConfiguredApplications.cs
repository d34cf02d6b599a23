using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;
using WebApp.Platform.Data;
using WebApp.Platform.Startup;

namespace WebApp.Features.Applications;

/// <summary>Applications that the configuration sets, so that a deployment can be repeated: section <c>Applications:Clients</c>.</summary>
public sealed class ConfiguredApplication
{
    /// <summary>The client id; required.</summary>
    public string ClientId { get; set; } = "";

    /// <summary>The secret, at least 32 characters; none for a public application.</summary>
    public string? Secret { get; set; }

    /// <summary>The name for the consent page; the client id if not set.</summary>
    public string? Name { get; set; }

    /// <summary>Whether users are not asked.</summary>
    public bool Trusted { get; set; }

    /// <summary>Whether it gets tokens of its own too.</summary>
    public bool Service { get; set; }

    /// <summary>Addresses for codes.</summary>
    public IList<string> RedirectUris { get; } = [];

    /// <summary>Addresses after signing out.</summary>
    public IList<string> PostLogoutRedirectUris { get; } = [];

    /// <summary>Scopes it may ask for; all if none is given.</summary>
    public IList<string> Scopes { get; } = [];

    /// <summary>Roles of which a user needs one.</summary>
    public IList<string> AllowedRoles { get; } = [];

    /// <summary>Permissions of the service account.</summary>
    public IList<string> Permissions { get; } = [];

    /// <summary>Where logout tokens are sent.</summary>
    public string? BackchannelLogoutUri { get; set; }

    /// <summary>The address of its picture elsewhere, for programs that read it from the API; no page shows it.</summary>
    public string? LogoUri { get; set; }

    /// <summary>The algorithm that signs its identity and logout tokens: <c>ES256</c> or <c>RS256</c>.</summary>
    public string IdTokenSignedResponseAlg { get; set; } = SecurityAlgorithms.EcdsaSha256;

    /// <summary>The same as settings of the console.</summary>
    public ApplicationSettings Settings => new(Name ?? ClientId, Secret is null or "", Trusted)
    {
        RedirectUris = [.. RedirectUris],
        PostLogoutRedirectUris = [.. PostLogoutRedirectUris],
        Scopes = Scopes.Count == 0 ? ApplicationSettings.KnownScopes : [.. Scopes],
        IsService = Service,
        AllowedRoles = [.. AllowedRoles],
        Permissions = [.. Permissions],
        BackchannelLogoutUri = BackchannelLogoutUri,
        LogoUri = LogoUri,
        IdTokenAlgorithm = IdTokenSignedResponseAlg,
    };

    /// <summary>A placeholder, not the secret.</summary>
    public override string ToString() => $"configured application {ClientId}";
}

/// <summary>The list in the configuration.</summary>
public sealed class ConfiguredApplicationOptions
{
    /// <summary>The applications: <c>Applications:Clients:n</c>.</summary>
    public IList<ConfiguredApplication> Clients { get; } = [];
}

/// <summary>Refuses settings that the console would refuse. Messages contain the key and never its value.</summary>
internal sealed class ConfiguredApplicationValidator : IValidateOptions<ConfiguredApplicationOptions>
{
    private const int MinSecret = 32;

    public ValidateOptionsResult Validate(string? name, ConfiguredApplicationOptions options)
    {
        List<string> failures = [];
        for (var n = 0; n < options.Clients.Count; n++)
        {
            var client = options.Clients[n];
            failures.AddRange(ApplicationSettingsCheck.Faults(client.ClientId, client.Settings).Select(fault => $"Applications:Clients:{n}:{fault.Field}: {fault.Message}"));
            if (client.Secret is { Length: > 0 and < MinSecret })
            {
                failures.Add($"Applications:Clients:{n}:Secret must have at least {MinSecret} characters.");
            }

            if (options.Clients.Take(n).Any(earlier => earlier.ClientId == client.ClientId))
            {
                failures.Add($"Applications:Clients:{n}:ClientId must differ from the clients before it.");
            }
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}

/// <summary>Writes the configured applications into the database at the start, and removes those that the configuration had before.</summary>
internal sealed class ConfiguredApplicationStart(DirectDatabase database, IDbContextFactory<AppDbContext> contexts, IOptions<ConfiguredApplicationOptions> options, TimeProvider clock) : IHostedService
{
    /// <summary>PostgreSQL advisory lock; any number that nothing else here uses.</summary>
    private const long Lock = 0x6170706C_636F6E66;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.Value.Clients.Count == 0 && !await WereConfiguredAsync(cancellationToken))
        {
            return;
        }

        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.BeginAsync(cancellationToken);
        await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock({Lock})", cancellationToken);
        var stored = await db.Applications.ToListAsync(cancellationToken);
        foreach (var client in options.Value.Clients)
        {
            var application = stored.SingleOrDefault(a => a.ClientId == client.ClientId);
            if (application is { Configured: false })
            {
                throw new StartupException($"Applications:Clients has {client.ClientId}, and the console has an application with this client id. Delete that one, or choose another id.");
            }

            if (application is null)
            {
                application = new() { Id = Guid.CreateVersion7(), ClientId = client.ClientId, Configured = true, CreatedAt = clock.GetUtcNow() };
                db.Applications.Add(application);
            }

            ApplicationDirectory.Fill(application, client.Settings);
            application.ClientSecret = client.Secret is { Length: > 0 } secret ? RegisteredApplications.WithSecret(null, secret) : null;
        }

        foreach (var gone in stored.Where(a => a.Configured && options.Value.Clients.All(client => client.ClientId != a.ClientId)))
        {
            await ApplicationDirectory.RemoveAsync(db, gone.Id, cancellationToken);
            db.Entry(gone).State = EntityState.Detached;
        }

        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // Without EF, whose first query would make a start longer.
    private async Task<bool> WereConfiguredAsync(CancellationToken cancel)
    {
        await using var command = database.CreateCommand("SELECT EXISTS (SELECT 1 FROM applications WHERE configured)");
        return await command.ExecuteScalarAsync(cancel) is true;
    }
}
