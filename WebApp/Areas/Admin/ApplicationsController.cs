using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Mvc.ModelBinding.Validation;
using Microsoft.IdentityModel.Tokens;
using WebApp.Features.Applications;
using WebApp.Features.Groups;
using WebApp.Features.Roles;
using WebApp.Features.Sessions;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Pages;
using WebApp.Platform.Users;

namespace WebApp.Areas.Admin;

/// <summary>The applications that people sign in to with their accounts.</summary>
[Area("Admin"), Console, RequirePermission(Permission.ClientsWrite)]
[Route(Path)]
public sealed class ApplicationsController(ApplicationDirectory applications, RoleDirectory roles, GroupOversight groups) : Controller
{
    /// <summary>The path of the list.</summary>
    public const string Path = "/admin/applications";

    /// <summary>The list of all applications.</summary>
    [HttpGet]
    public async Task<ViewResult> Index(CancellationToken cancel) => View(await applications.ListAsync(cancel));

    /// <summary>The form for a new application.</summary>
    [HttpGet("new"), RequireRecentAuthentication]
    public Task<ViewResult> New(CancellationToken cancel) => FormAsync(new() { Scopes = [.. ApplicationSettings.KnownScopes] }, null, cancel);

    /// <summary>Creates the application and shows its secret.</summary>
    [HttpPost("new"), RequireRecentAuthentication(PostsToItsPage = true)]
    public async Task<IActionResult> Create(ApplicationForm form, CancellationToken cancel) =>
        await AnswerAsync(await applications.CreateAsync(HttpContext.Actor, null, form.Settings(), ClientInfo.FromRequest(HttpContext), cancel), form, null, cancel);

    /// <summary>The form for an existing application.</summary>
    [HttpGet("{clientId}"), RequireRecentAuthentication]
    public async Task<IActionResult> Edit(string clientId, CancellationToken cancel) =>
        await applications.FindAsync(clientId, cancel) is { } view ? await FormAsync(ApplicationForm.From(view.Settings), view, cancel) : NotFound();

    /// <summary>Changes the application.</summary>
    [HttpPost("{clientId}"), RequireRecentAuthentication(PostsToItsPage = true)]
    public async Task<IActionResult> Save(string clientId, ApplicationForm form, CancellationToken cancel)
    {
        if (await applications.FindAsync(clientId, cancel) is not { } view)
        {
            return NotFound();
        }

        form.IsPublic = view.Settings.IsPublic;
        return await AnswerAsync(await applications.UpdateAsync(HttpContext.Actor, clientId, form.Settings(), ClientInfo.FromRequest(HttpContext), cancel), form, view, cancel);
    }

    /// <summary>Makes a new secret, and shows it.</summary>
    [HttpPost("{clientId}/secret"), RequireRecentAuthentication(Page = Path)]
    public Task<IActionResult> RenewSecret(string clientId, CancellationToken cancel) => SecretAsync(clientId, dropOlder: false, cancel);

    /// <summary>Removes the older of two secrets.</summary>
    [HttpPost("{clientId}/secret/drop-older"), RequireRecentAuthentication(Page = Path)]
    public Task<IActionResult> DropOlder(string clientId, CancellationToken cancel) => SecretAsync(clientId, dropOlder: true, cancel);

    /// <summary>Asks for confirmation of a deletion.</summary>
    [HttpGet("{clientId}/delete"), RequireRecentAuthentication]
    public async Task<IActionResult> Delete(string clientId, CancellationToken cancel) =>
        await applications.FindAsync(clientId, cancel) is { Configured: false } view ? View(view) : NotFound();

    /// <summary>Deletes the application.</summary>
    [HttpPost("{clientId}/delete"), RequireRecentAuthentication(PostsToItsPage = true)]
    public async Task<IActionResult> DeleteNow(string clientId, CancellationToken cancel) =>
        this.Answer(await applications.DeleteAsync(HttpContext.Actor, clientId, ClientInfo.FromRequest(HttpContext), cancel), Path, T("The application is deleted."));

    private async Task<IActionResult> SecretAsync(string clientId, bool dropOlder, CancellationToken cancel)
    {
        var result = await applications.RenewSecretAsync(HttpContext.Actor, clientId, dropOlder, ClientInfo.FromRequest(HttpContext), cancel);
        return result is ApplicationResult.Saved { Secret: not null } saved ? View("Secret", saved) : this.Answer(result, $"{Path}/{clientId}", T("The older secret is removed."));
    }

    private async Task<IActionResult> AnswerAsync(ApplicationResult result, ApplicationForm form, ApplicationView? view, CancellationToken cancel)
    {
        switch (result)
        {
            case ApplicationResult.Invalid(var errors):
                ModelState.Add(errors);
                return await FormAsync(form, view, cancel);
            case ApplicationResult.Saved(_, not null) saved:
                return View("Secret", saved);
            default:
                return this.Answer(result, Path, view is null ? T("The application is made.") : T("The application is changed."));
        }
    }

    private async Task<ViewResult> FormAsync(ApplicationForm form, ApplicationView? view, CancellationToken cancel)
    {
        form.View = view;
        form.Roles = await roles.NamesAsync(cancel);
        // A site with more groups names the others over the API.
        var offered = await groups.ListAsync(null, 1, cancel);
        form.Groups = [.. offered.Select(group => (group.Id, group.Name)), .. (form.AllowedGroups ?? []).Except(offered.Select(group => group.Id)).Select(id => (id, id.ToString()))];
        return View(nameof(Edit), form);
    }
}

/// <summary>The form of an application.</summary>
public sealed class ApplicationForm
{
    /// <summary>The name.</summary>
    [Display(Name = "Name")]
    public string? Name { get; set; }

    /// <summary>Whether it cannot keep a secret.</summary>
    public bool IsPublic { get; set; }

    /// <summary>Whether users are not asked.</summary>
    public bool IsTrusted { get; set; }

    /// <summary>Whether it gets tokens of its own too.</summary>
    public bool IsService { get; set; }

    /// <summary>Whether it may introspect everybody's tokens.</summary>
    public bool MayIntrospect { get; set; }

    /// <summary>Addresses for codes, one a line.</summary>
    public string? RedirectUris { get; set; }

    /// <summary>Addresses after signing out, one a line.</summary>
    public string? PostLogoutRedirectUris { get; set; }

    /// <summary>Where logout tokens are sent.</summary>
    [Display(Name = "Back-channel logout address")]
    public string? BackchannelLogoutUri { get; set; }

    /// <summary>The address of its picture elsewhere, for programs that read it from the API; no page shows it.</summary>
    [Display(Name = "Logo address")]
    public string? LogoUri { get; set; }

    /// <summary>Whether its identity tokens are signed with RS256.</summary>
    public bool SignsWithRsa { get; set; }

    /// <summary>The scopes it may ask for.</summary>
    public string[]? Scopes { get; set; }

    /// <summary>The roles of which a user needs one.</summary>
    public string[]? AllowedRoles { get; set; }

    /// <summary>The groups of which a user needs to be in one.</summary>
    public Guid[]? AllowedGroups { get; set; }

    /// <summary>The stored application; null for a new one.</summary>
    [BindNever, ValidateNever]
    public ApplicationView? View { get; set; }

    /// <summary>All roles.</summary>
    [BindNever, ValidateNever]
    public IReadOnlyList<string> Roles { get; set; } = [];

    /// <summary>All groups.</summary>
    [BindNever, ValidateNever]
    public IReadOnlyList<(Guid Id, string Name)> Groups { get; set; } = [];

    /// <summary>The form of stored settings.</summary>
    public static ApplicationForm From(ApplicationSettings settings) => new()
    {
        Name = settings.Name,
        IsPublic = settings.IsPublic,
        IsTrusted = settings.IsTrusted,
        IsService = settings.IsService,
        MayIntrospect = settings.Permissions.Contains(Permission.TokensIntrospect),
        RedirectUris = string.Join('\n', settings.RedirectUris),
        PostLogoutRedirectUris = string.Join('\n', settings.PostLogoutRedirectUris),
        BackchannelLogoutUri = settings.BackchannelLogoutUri,
        LogoUri = settings.LogoUri,
        SignsWithRsa = settings.IdTokenAlgorithm == SecurityAlgorithms.RsaSha256,
        Scopes = [.. settings.Scopes],
        AllowedRoles = [.. settings.AllowedRoles],
        AllowedGroups = [.. settings.AllowedGroups],
    };

    /// <summary>The settings of the form.</summary>
    internal ApplicationSettings Settings() => new(Name, IsPublic, IsTrusted)
    {
        IsService = IsService,
        RedirectUris = Lines(RedirectUris),
        PostLogoutRedirectUris = Lines(PostLogoutRedirectUris),
        BackchannelLogoutUri = BackchannelLogoutUri?.Trim(),
        LogoUri = LogoUri?.Trim(),
        IdTokenAlgorithm = SignsWithRsa ? SecurityAlgorithms.RsaSha256 : SecurityAlgorithms.EcdsaSha256,
        Scopes = Scopes ?? [],
        AllowedRoles = AllowedRoles ?? [],
        AllowedGroups = AllowedGroups ?? [],
        Permissions = MayIntrospect ? [Permission.TokensIntrospect] : [],
    };

    private static string[] Lines(string? text) => (text ?? "").Split(['\n', '\r'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
