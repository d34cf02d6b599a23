using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using WebApp.Features.SecondFactors.Passkeys;
using WebApp.Features.Sessions;
using WebApp.Platform.Pages;

namespace WebApp.Features.SecondFactors;

/// <summary>Shows how users prove who they are beside their password: the second factors, with links to their pages, and the passkeys.</summary>
[Authorize, ShownToOthers]
[AllowWithoutSecondFactor]
[Route("/account/mfa")]
public sealed class MfaController(SecondFactorService factors, PasskeyDirectory passkeys, RelyingParty site) : Controller
{
    /// <summary>The overview.</summary>
    [HttpGet]
    public async Task<IActionResult> Index(CancellationToken cancel) =>
        await factors.OverviewAsync(User.UserId, cancel) is { } overview
            ? View(new MfaPage(overview, new(await passkeys.ListAsync(User.UserId, cancel), site.IsNamed)))
            : NotFound();
}

/// <summary><c>/account/mfa</c></summary>
/// <param name="Factors">The second factors.</param>
/// <param name="Passkeys">The passkeys, and whether the user can add one.</param>
public sealed record MfaPage(FactorOverview Factors, PasskeysPage Passkeys)
{
    /// <summary>Whether the user has a passkey, but no second factor: then the password alone opens the account too.</summary>
    public bool HasPasskeysOnly => !Factors.Required && Passkeys.Passkeys.Count > 0;
}
