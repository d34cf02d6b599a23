using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using WebApp.Features.Sessions;
using WebApp.Features.Tokens;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Pages;

namespace WebApp.Features.Accounts;

/// <summary>The pages that list, create and revoke the user's API tokens.</summary>
[Authorize]
[Route(Path)]
public sealed class ApiTokensController(ApiTokens tokens) : Controller
{
    private const string Path = "/account/api-tokens";

    /// <summary>The list, and the form for a new one.</summary>
    [HttpGet]
    public async Task<IActionResult> Index(CancellationToken cancel) => await ShowAsync(new(), made: null, cancel);

    /// <summary>Creates a token. Only this answer contains its text, so there is no redirect.</summary>
    [HttpPost, RequireRecentAuthentication(Page = Path)]
    public async Task<IActionResult> Create(ApiTokenForm form, CancellationToken cancel)
    {
        var scopes = form.Scopes ?? [];
        switch (await tokens.CreateAsync(User.UserId, User.SessionId, form.Name, scopes, form.ExpiresInDays, ClientInfo.FromRequest(HttpContext), cancel))
        {
            case ApiTokenResult.Created made:
                ModelState.Clear();
                return await ShowAsync(new(), made, cancel);
            case ApiTokenResult.Invalid(var errors):
                ModelState.Add(errors);
                return await ShowAsync(form, made: null, cancel);
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    /// <summary>Revokes a token. A token that has ended already, or belongs to another user, gives 404.</summary>
    [HttpPost("{id:guid}/revoke"), RequireRecentAuthentication(Page = Path)]
    public async Task<IActionResult> Revoke(Guid id, CancellationToken cancel)
    {
        if (!await tokens.RevokeAsync(User.UserId, id, ClientInfo.FromRequest(HttpContext), cancel))
        {
            return NotFound();
        }

        TempData.Notice = T("The token is revoked. Programs that used it are refused from now on.");
        return RedirectToAction(nameof(Index));
    }

    /// <summary>Revokes all.</summary>
    [HttpPost("revoke-all"), RequireRecentAuthentication(Page = Path)]
    public async Task<IActionResult> RevokeAll(CancellationToken cancel)
    {
        await tokens.RevokeAllAsync(User.UserId, ClientInfo.FromRequest(HttpContext), cancel);
        TempData.Notice = T("All tokens are revoked.");
        return RedirectToAction(nameof(Index));
    }

    private async Task<ViewResult> ShowAsync(ApiTokenForm form, ApiTokenResult.Created? made, CancellationToken cancel) =>
        View(nameof(Index), new ApiTokensPage(form, await tokens.ListAsync(User.UserId, cancel), await tokens.ScopesAsync(User.UserId, cancel), made?.Text));
}

/// <summary>The form for a new API token.</summary>
public sealed class ApiTokenForm
{
    /// <summary>Its name.</summary>
    [Display(Name = "Name")]
    public string? Name { get; init; }

    /// <summary>Its scopes.</summary>
    public string[]? Scopes { get; init; } = [ApiScope.ProfileRead];

    /// <summary>Days until it expires; empty: it does not expire.</summary>
    [Display(Name = "Ends after")]
    public int? ExpiresInDays { get; init; } = 90;
}

/// <summary>The page <c>/account/api-tokens</c>. The text form hides the token.</summary>
/// <param name="Form">The form for a new token.</param>
/// <param name="Tokens">The valid tokens.</param>
/// <param name="Scopes">The scopes a token may have, with descriptions.</param>
/// <param name="Made">The text of the token that was just created.</param>
public sealed record ApiTokensPage(ApiTokenForm Form, IReadOnlyList<ApiToken> Tokens, IReadOnlyList<(string Name, string Allows)> Scopes, string? Made)
{
    /// <inheritdoc/>
    public override string ToString() => "ApiTokensPage(…)";
}
