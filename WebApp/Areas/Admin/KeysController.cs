using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.Mvc;
using WebApp.Features.Applications;
using WebApp.Features.Roles;
using WebApp.Features.Sessions;
using WebApp.Features.Tokens;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Pages;
using WebApp.Platform.Users;

namespace WebApp.Areas.Admin;

/// <summary>The signing keys and the Data Protection keys.</summary>
[Area("Admin"), Console, RequirePermission(Permission.KeysWrite)]
[Route("/admin/keys")]
public sealed class KeysController(SigningKeyOversight signing, ApplicationKeys applications, IKeyManager protection, TimeProvider clock) : Controller
{
    /// <summary>The keys.</summary>
    [HttpGet]
    public async Task<IActionResult> Index(CancellationToken cancel) => View(new KeysPage(
        signing.AreManaged, await signing.ListAsync(cancel), [.. protection.GetAllKeys().OrderByDescending(key => key.ActivationDate)], clock.GetUtcNow()));

    /// <summary>Asks for confirmation.</summary>
    [HttpGet("rotate"), RequireRecentAuthentication]
    public IActionResult Rotate() => signing.AreManaged ? View() : RedirectToAction(nameof(Index));

    /// <summary>Announces the next signing key.</summary>
    [HttpPost("rotate"), RequireRecentAuthentication(PostsToItsPage = true)]
    public async Task<IActionResult> RotateNow(CancellationToken cancel)
    {
        if (await signing.RotateAsync(User.UserId, User.SessionId, ClientInfo.FromRequest(HttpContext), cancel) is { } next)
        {
            await applications.MaintainAsync(cancel, rotate: true);
            TempData.Notice = T("Key {0} is announced to every node. It signs from {1:HH:mm} UTC on.", next.Id, next.ActivatesAt.UtcDateTime);
        }

        return RedirectToAction(nameof(Index));
    }
}

/// <summary>The model of <c>/admin/keys</c>.</summary>
/// <param name="AreManaged">Whether the application creates the signing keys itself.</param>
/// <param name="Signing">Signing keys, newest first.</param>
/// <param name="Protection">Data Protection's keys, newest first.</param>
/// <param name="Now">The present (UTC).</param>
public sealed record KeysPage(bool AreManaged, IReadOnlyList<SigningKeyView> Signing, IReadOnlyList<IKey> Protection, DateTimeOffset Now);
