using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using WebApp.Features.Sessions;
using WebApp.Features.Tokens;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Pages;

namespace WebApp.Features.Accounts;

/// <summary>The user's API tokens: what there is, making one, revoking.</summary>
[Authorize]
[Route(Path)]
public sealed class ApiTokensController(ApiTokens tokens) : Controller
{
    private const string Path = "/account/api-tokens";

    /// <summary>The list, and the form for a new one.</summary>
    [HttpGet]
    public async Task<IActionResult> Index(CancellationToken cancel) => await ShowAsync(new(), made: null, cancel);

    /// <summary>Makes one. Its text is on this answer and on no other, so there is no redirect.</summary>
    [HttpPost, RequireRecentAuthentication(Page = Path)]
    public async Task<IActionResult> Create(ApiTokenForm form, CancellationToken cancel)
    {
        var scopes = form.Scopes ?? [];
        switch (await tokens.CreateAsync(User.UserId, User.SessionId, form.Name, scopes, form.ExpiresInDays, ClientInfo.Of(HttpContext), cancel))
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

    /// <summary>Revokes one. One that is gone already, or is someone else's, is not there.</summary>
    [HttpPost("{id:guid}/revoke"), RequireRecentAuthentication(Page = Path)]
    public async Task<IActionResult> Revoke(Guid id, CancellationToken cancel)
    {
        if (!await tokens.RevokeAsync(User.UserId, id, ClientInfo.Of(HttpContext), cancel))
        {
            return NotFound();
        }

        TempData.Notice = "The token is revoked. Programs that used it are refused from now on.";
        return RedirectToAction(nameof(Index));
    }

    /// <summary>Revokes all.</summary>
    [HttpPost("revoke-all"), RequireRecentAuthentication(Page = Path)]
    public async Task<IActionResult> RevokeAll(CancellationToken cancel)
    {
        await tokens.RevokeAllAsync(User.UserId, ClientInfo.Of(HttpContext), cancel);
        TempData.Notice = "Every token is revoked.";
        return RedirectToAction(nameof(Index));
    }

    private async Task<ViewResult> ShowAsync(ApiTokenForm form, ApiTokenResult.Created? made, CancellationToken cancel) =>
        View(nameof(Index), new ApiTokensPage(form, await tokens.ListAsync(User.UserId, cancel), await tokens.ScopesAsync(User.UserId, cancel), made?.Text));
}
