using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using WebApp.Features.Sessions;
using WebApp.Platform.Pages;

namespace WebApp.Features.SecondFactors.Passkeys;

/// <summary>A user's passkeys: seen, added, renamed, removed.</summary>
[Authorize, ShownToOthers]
[AllowWithoutSecondFactor]
[Route("/account/passkeys")]
public sealed class PasskeysController(PasskeyDirectory passkeys, PasskeyCeremonies ceremonies, RelyingParty site) : Controller
{
    private const string AddPath = "/account/passkeys/add";
    private const string Full = "You have as many passkeys as an account can have. Remove one first.";

    private PasskeyPurpose Purpose => PasskeyPurpose.Enrolment(User.UserId, User.SessionId!.Value);

    /// <summary>The list.</summary>
    [HttpGet]
    public async Task<IActionResult> Index(CancellationToken cancel) => View(await PageAsync(cancel));

    /// <summary>Where one is added.</summary>
    [HttpGet("add")]
    [RequireStrongAuthentication]
    public async Task<IActionResult> Add(CancellationToken cancel) =>
        await PageAsync(cancel) is { Possible: true, HasRoom: true } ? View(new PasskeyForm()) : RedirectToAction(nameof(Index));

    /// <summary>Begins to add one.</summary>
    [HttpPost("add/options")]
    [RequireStrongAuthentication(Page = AddPath)]
    public async Task<IActionResult> Options(CancellationToken cancel) =>
        (await PageAsync(cancel)).HasRoom ? PasskeyAnswer.Options(await ceremonies.BeginEnrolmentAsync(HttpContext, Purpose, cancel)) : PasskeyAnswer.Say(Full);

    /// <summary>Adds it.</summary>
    [HttpPost("add")]
    [RequireStrongAuthentication(Page = AddPath)]
    public async Task<IActionResult> Add(PasskeyForm form, CancellationToken cancel)
    {
        if (await ceremonies.FinishEnrolmentAsync(HttpContext, Purpose, form.Credential, cancel) is not { } passkey)
        {
            return PasskeyAnswer.Say(PasskeyAnswer.Refused);
        }

        var caller = Caller.Of(HttpContext);
        var name = PasskeyName.Parse(form.Name) ?? PasskeyName.Suggest(passkey, caller.Client);
        if (!await passkeys.AddAsync(caller, passkey, name, cancel))
        {
            return PasskeyAnswer.Say(Full);
        }

        TempData.Notice = $"The passkey “{name}” is ready. Your other sessions have ended.";
        return PasskeyAnswer.GoOn(Url.Action(nameof(Index))!);
    }

    /// <summary>Asks for another name.</summary>
    [HttpGet("{id}/rename")]
    [RequireRecentAuthentication]
    public async Task<IActionResult> Rename(string id, CancellationToken cancel) =>
        await passkeys.FindAsync(User.UserId, id, cancel) is { } passkey ? View(new PasskeyForm { Name = passkey.Name }) : NotFound();

    /// <summary>Gives it.</summary>
    [HttpPost("{id}/rename")]
    [RequireRecentAuthentication(Page = "/account/passkeys")]
    public async Task<IActionResult> Rename(string id, PasskeyForm form, CancellationToken cancel)
    {
        if (!ModelState.IsValid || PasskeyName.Parse(form.Name) is not { } name)
        {
            ModelState.TryAddModelError(nameof(form.Name), "Enter a name.");
            return View(form);
        }

        if (PasskeyView.ParseId(id) is not { } credential
            || !await passkeys.RenameAsync(Caller.Of(HttpContext), credential, name, cancel))
        {
            return NotFound();
        }

        TempData.Notice = $"The passkey is called “{name}” now.";
        return RedirectToAction(nameof(Index));
    }

    /// <summary>Asks whether it is meant.</summary>
    [HttpGet("{id}/remove")]
    [RequireStrongAuthentication]
    public async Task<IActionResult> Remove(string id, CancellationToken cancel) =>
        await passkeys.FindAsync(User.UserId, id, cancel) is { } passkey ? View(passkey) : NotFound();

    /// <summary>Removes it.</summary>
    [HttpPost("{id}/remove")]
    [RequireStrongAuthentication(Page = "/account/passkeys")]
    [ActionName(nameof(Remove))]
    public async Task<IActionResult> RemoveNow(string id, CancellationToken cancel)
    {
        if (await passkeys.FindAsync(User.UserId, id, cancel) is not { } passkey
            || !await passkeys.RemoveAsync(Caller.Of(HttpContext), passkey, cancel))
        {
            return NotFound();
        }

        TempData.Notice = $"The passkey “{passkey.Name}” is removed. Your other sessions have ended.";
        return RedirectToAction(nameof(Index));
    }

    private async Task<PasskeysPage> PageAsync(CancellationToken cancel) => new(await passkeys.ListAsync(User.UserId, cancel), site.IsNamed);
}
