using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using WebApp.Features.SecondFactors;
using WebApp.Features.Sessions;
using WebApp.Platform.Http;
using WebApp.Platform.Pages;

namespace WebApp.Features.SignIn.External;

/// <summary>The pages that list, link and unlink a user's external logins. <see cref="ExternalSignInController"/> begins to link one from here.</summary>
[Authorize]
[Route(ExternalPaths.Settings)]
public sealed class ExternalLoginsController(ExternalProviders providers, ExternalLinks links, PendingExternalCookie pending) : Controller
{
    /// <summary>The list.</summary>
    [HttpGet, ShownToOthers]
    public async Task<ViewResult> Index(CancellationToken cancel) => View(new ExternalLoginsPage(await links.ListAsync(User.UserId, cancel), providers.All));

    /// <summary>Asks whether the external login that this browser brought shall belong to the account that is signed in now.</summary>
    [HttpGet("confirm")]
    [RequireStrongAuthentication]
    public IActionResult Confirm() => pending.Read(HttpContext) is { } held && providers.Find(held.Identity.Provider) is { } provider
        ? View(new ExternalOffer(provider.DisplayName, held.Identity.Label))
        : RedirectToAction(nameof(Index));

    /// <summary>Links it.</summary>
    [HttpPost("confirm")]
    [RequireStrongAuthentication(Page = ExternalPaths.Confirm)]
    [ActionName(nameof(Confirm))]
    public async Task<IActionResult> ConfirmNow(CancellationToken cancel)
    {
        if (pending.Read(HttpContext) is not { } held || providers.Find(held.Identity.Provider) is not { } provider)
        {
            TempData.Warning = T("That took too long. Please start again.");
            return RedirectToAction(nameof(Index));
        }

        var result = await links.LinkAsync(Caller.FromRequest(HttpContext), held.Identity, cancel);
        pending.Remove(HttpContext);
        Say(TempData, provider, result);
        return Redirect(result == LinkResult.Linked ? ReturnPath.LocalOrNull(held.ReturnUrl) ?? ExternalPaths.Settings : ExternalPaths.Settings);
    }

    /// <summary>Forgets the external login that this browser brought.</summary>
    [HttpPost("decline")]
    public IActionResult Decline()
    {
        var next = ReturnPath.LocalOrAccount(pending.Read(HttpContext)?.ReturnUrl);
        pending.Remove(HttpContext);
        return Redirect(next);
    }

    /// <summary>Asks for confirmation.</summary>
    [HttpGet("{id:guid}/unlink")]
    [RequireStrongAuthentication]
    public async Task<IActionResult> Unlink(Guid id, CancellationToken cancel) =>
        (await links.ListAsync(User.UserId, cancel)).SingleOrDefault(login => login.Id == id) is { } found ? View(found) : NotFound();

    /// <summary>Unlinks.</summary>
    [HttpPost("{id:guid}/unlink")]
    [RequireStrongAuthentication(Page = ExternalPaths.Settings)]
    [ActionName(nameof(Unlink))]
    public async Task<IActionResult> UnlinkNow(Guid id, CancellationToken cancel)
    {
        switch (await links.UnlinkAsync(Caller.FromRequest(HttpContext), id, cancel))
        {
            case UnlinkResult.Unlinked:
                TempData.Notice = T("It is disconnected. Your other sessions have ended.");
                return RedirectToAction(nameof(Index));
            case UnlinkResult.LastWayIn:
                TempData.Warning = T("This is your only way to sign in. Choose a password or add a passkey first.");
                return RedirectToAction(nameof(Index));
            default:
                return NotFound();
        }
    }

    /// <summary>Puts the result of linking on the next page.</summary>
    internal static void Say(ITempDataDictionary next, ExternalProvider provider, LinkResult result)
    {
        switch (result)
        {
            case LinkResult.Linked:
                next.Notice = T("You can sign in with {0} now. Your other sessions have ended.", provider.DisplayName);
                break;
            case LinkResult.Full:
                next.Warning = T("You have as many as an account can have. Disconnect one first.");
                break;
            default:
                next.Warning = T("That account at {0} signs in another account here. Nothing was changed.", provider.DisplayName);
                break;
        }
    }
}

/// <summary><c>/account/external-logins</c></summary>
/// <param name="Logins">The user's external logins.</param>
/// <param name="Providers">The configured providers.</param>
public sealed record ExternalLoginsPage(IReadOnlyList<ExternalLoginView> Logins, IReadOnlyList<ExternalProvider> Providers)
{
    /// <summary>Whether the user can link another one.</summary>
    public bool HasRoom => Logins.Count < ExternalLinks.MaxCount;
}

/// <summary>An external login that belongs to no account yet, as shown to the person who brought it.</summary>
/// <param name="Provider">The provider's name.</param>
/// <param name="Label">The address or name of the account there.</param>
public sealed record ExternalOffer(string Provider, string? Label);
