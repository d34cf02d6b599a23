using Microsoft.EntityFrameworkCore;
using Microsoft.IdentityModel.Tokens;
using WebApp.Features.Groups;
using WebApp.Features.Roles;
using WebApp.Platform.Data;
using WebApp.Platform.Http;
using WebApp.Platform.Text;
using WebApp.Platform.Users;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace WebApp.Features.Applications;

/// <summary>What an administrator decides about a client.</summary>
/// <param name="Name">Its name, for the consent page.</param>
/// <param name="IsPublic">Whether it cannot keep a secret: it runs in a browser or on a device.</param>
/// <param name="IsTrusted">Whether users are not asked: the operator trusts it for everybody.</param>
public sealed record ApplicationSettings(string? Name, bool IsPublic, bool IsTrusted)
{
    /// <summary>The scopes that an application may ask for.</summary>
    public static IReadOnlyList<string> KnownScopes { get; } = [OpenIddict.Abstractions.OpenIddictConstants.Scopes.Profile, OpenIddict.Abstractions.OpenIddictConstants.Scopes.Email, OpenIddict.Abstractions.OpenIddictConstants.Scopes.Roles, ApplicationClaims.GroupsScope];

    /// <summary>The addresses that a code may be sent to; compared exactly. Empty: nobody signs in to it.</summary>
    public IReadOnlyList<string> RedirectUris { get; init; } = [];

    /// <summary>The addresses that a browser may return to after signing out; compared exactly.</summary>
    public IReadOnlyList<string> PostLogoutRedirectUris { get; init; } = [];

    /// <summary>The scopes that it may ask for, besides <c>openid</c> and <c>offline_access</c>.</summary>
    public IReadOnlyList<string> Scopes { get; init; } = [];

    /// <summary>Whether it is a service account too: it gets tokens of its own by its secret.</summary>
    public bool IsService { get; init; }

    /// <summary>The roles of which a user needs one; with <see cref="AllowedGroups"/> empty too, everybody may sign in.</summary>
    public IReadOnlyList<string> AllowedRoles { get; init; } = [];

    /// <summary>The groups of which a user needs to be in one.</summary>
    public IReadOnlyList<Guid> AllowedGroups { get; init; } = [];

    /// <summary>The permissions of the service account.</summary>
    public IReadOnlyList<string> Permissions { get; init; } = [];

    /// <summary>Where a logout token is sent when a session ends.</summary>
    public string? BackchannelLogoutUri { get; init; }

    /// <summary>The address of its picture elsewhere, for programs that read it from the API; no page shows it.</summary>
    public string? LogoUri { get; init; }

    /// <summary>The algorithm that signs its identity and logout tokens: <c>ES256</c>, or <c>RS256</c> for applications that do not know it.</summary>
    public string IdTokenAlgorithm { get; init; } = SecurityAlgorithms.EcdsaSha256;
}

/// <summary>Checks the settings of a client.</summary>
internal static class ApplicationSettingsCheck
{
    private const int MaxName = 100, MaxAddresses = 20;

    /// <summary>The permissions that make sense for a service account: it calls nothing but introspection.</summary>
    public static IReadOnlyList<string> ServicePermissions { get; } = [Permission.TokensIntrospect];

    /// <summary>The refusal; null if everything is right.</summary>
    public static async Task<ApplicationResult?> RunAsync(AppDbContext db, RoleActor actor, string? clientId, ApplicationSettings settings, CancellationToken cancel)
    {
        List<FieldError> errors = [.. Faults(clientId, settings)];
        var roles = await db.Roles.Where(role => settings.AllowedRoles.Contains(role.Name!)).Select(role => role.Name!).ToListAsync(cancel);
        errors.AddRange(settings.AllowedRoles.Except(roles).Select(role => new FieldError(nameof(settings.AllowedRoles), T("There is no role {0}.", OneLine.Clean(role, 60)))));
        var groups = await db.Groups.Where(group => settings.AllowedGroups.Contains(group.Id)).Select(group => group.Id).ToListAsync(cancel);
        errors.AddRange(settings.AllowedGroups.Except(groups).Select(group => new FieldError(nameof(settings.AllowedGroups), T("There is no group {0}.", group))));
        return errors is not [] ? new ApplicationResult.Invalid(errors)
            : await IsBeyondAsync(db, actor, settings.Permissions, cancel) ? new ApplicationResult.Forbidden(T("You can give only permissions that you have yourself."))
            : null;
    }

    /// <summary>Whether these permissions are more than the actor has.</summary>
    public static async Task<bool> IsBeyondAsync(AppDbContext db, RoleActor actor, IReadOnlyCollection<string> permissions, CancellationToken cancel) =>
        permissions.Count > 0 && !await AccountReach.CoversAsync(db, actor, permissions, cancel);

    /// <summary>What is wrong, without the database.</summary>
    public static IEnumerable<FieldError> Faults(string? clientId, ApplicationSettings settings)
    {
        if (clientId is not null && (clientId.Length is < 3 or > 64 || clientId.Any(c => !(char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.'))))
        {
            yield return new("ClientId", T("A client id has 3 to 64 letters, digits, hyphens, underscores and dots."));
        }

        if (OneLine.Clean(settings.Name, MaxName) is not { } name || name != settings.Name)
        {
            yield return new(nameof(settings.Name), T("Enter a name of at most {0} characters, on one line.", MaxName));
        }

        if (settings.RedirectUris is [] && !settings.IsService)
        {
            yield return new(nameof(settings.RedirectUris), T("Enter at least one address, or make it a service account."));
        }

        if (settings.IsService && settings.IsPublic)
        {
            yield return new(nameof(settings.IsService), T("A service account needs a secret, so it cannot be public."));
        }

        if (settings.Permissions.Except(ServicePermissions).Any() || (settings.Permissions is not [] && settings.IsPublic))
        {
            yield return new(nameof(settings.Permissions), T("An application with a secret can have: {0}.", string.Join(", ", ServicePermissions)));
        }

        if (settings.Scopes.Except([.. ApplicationSettings.KnownScopes, Scopes.OpenId, Scopes.OfflineAccess]).Any())
        {
            yield return new(nameof(settings.Scopes), T("The scopes are {0}.", string.Join(", ", ApplicationSettings.KnownScopes)));
        }

        if (settings.IdTokenAlgorithm is not (SecurityAlgorithms.EcdsaSha256 or SecurityAlgorithms.RsaSha256))
        {
            yield return new("IdTokenSignedResponseAlg", T("Identity tokens are signed with ES256 or RS256."));
        }

        foreach (var fault in Addresses(nameof(settings.RedirectUris), settings.RedirectUris, settings.IsPublic)
            .Concat(Addresses(nameof(settings.PostLogoutRedirectUris), settings.PostLogoutRedirectUris, settings.IsPublic)))
        {
            yield return fault;
        }

        if (settings.BackchannelLogoutUri is { } call && ClientAddress.CallFault(call) is { } callFault)
        {
            yield return new(nameof(settings.BackchannelLogoutUri), T("The address {0}", callFault));
        }

        if (settings.LogoUri is { } logo && ClientAddress.CallFault(logo) is { } logoFault)
        {
            yield return new(nameof(settings.LogoUri), T("The address {0}", logoFault));
        }
    }

    private static IEnumerable<FieldError> Addresses(string field, IReadOnlyList<string> addresses, bool native) =>
        addresses.Count > MaxAddresses
            ? [new(field, T("At most {0} addresses.", MaxAddresses))]
            : addresses.Select(address => ClientAddress.Fault(address, native)).OfType<string>().Distinct().Select(fault => new FieldError(field, T("Each address {0}", fault)));
}
