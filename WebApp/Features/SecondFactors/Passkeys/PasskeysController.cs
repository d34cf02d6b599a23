using System.Buffers.Text;
using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using WebApp.Features.Sessions;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Pages;
using WebApp.Platform.Startup;
using WebApp.Platform.Text;

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

        var caller = Caller.FromRequest(HttpContext);
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
            || !await passkeys.RenameAsync(Caller.FromRequest(HttpContext), credential, name, cancel))
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
            || !await passkeys.RemoveAsync(Caller.FromRequest(HttpContext), passkey, cancel))
        {
            return NotFound();
        }

        TempData.Notice = $"The passkey “{passkey.Name}” is removed. Your other sessions have ended.";
        return RedirectToAction(nameof(Index));
    }

    private async Task<PasskeysPage> PageAsync(CancellationToken cancel) => new(await passkeys.ListAsync(User.UserId, cancel), site.IsNamed);
}

/// <summary>What <c>passkeys.js</c> is told: where to go next, or what went wrong, in a sentence for the person.</summary>
public sealed record PasskeyAnswer(string? Next, string? Message)
{
    /// <summary>For whatever the browser sent that is not accepted. It tells nothing of the reason to who has no right to it.</summary>
    public const string Refused = "That passkey was not accepted. It may have been removed here, or it took too long. Please try again.";

    /// <summary>Done; the browser goes on to <paramref name="next"/>.</summary>
    public static JsonResult GoOn(string next) => new(new PasskeyAnswer(next, null));

    /// <summary>Not done.</summary>
    public static JsonResult Say(string message, int status = StatusCodes.Status400BadRequest) => new(new PasskeyAnswer(null, message)) { StatusCode = status };

    /// <summary>Options as Identity wrote them.</summary>
    public static ContentResult Options(string json) => new() { Content = json, ContentType = "application/json" };
}

/// <summary>What the forms about passkeys send.</summary>
public sealed class PasskeyForm
{
    /// <summary>What the owner calls it.</summary>
    [StringLength(PasskeyName.MaxLength, ErrorMessage = "A name can have up to 60 characters.")]
    public string? Name { get; init; }

    /// <summary>The authenticator's answer, as JSON.</summary>
    public string? Credential { get; init; }
}

/// <summary>What passkeys are called.</summary>
public static class PasskeyName
{
    /// <summary>The longest name, in characters.</summary>
    public const int MaxLength = 60;

    /// <summary>The name as it is kept: no control characters, no blanks around it. Null when nothing is left, or too much.</summary>
    public static string? Parse(string? typed) =>
        OneLine.Clean(typed, int.MaxValue) is { Length: <= MaxLength } name ? name : null;

    /// <summary>A name for one whose owner gave none: by how it is reached, else by the browser that made it.</summary>
    public static string Suggest(UserPasskeyInfo passkey, ClientInfo client)
    {
        // hybrid: a phone near by; usb, nfc, ble: a key in the hand; internal: this device or its password manager (WebAuthn 3, 5.8.4).
        var transports = passkey.Transports ?? [];
        return transports.Contains("internal") || transports.Length == 0 ? client.Device
            : transports.Contains("hybrid") ? "Phone or tablet"
            : "Security key";
    }
}

/// <summary>A passkey as its owner sees it.</summary>
/// <param name="CredentialId">What the authenticator calls it.</param>
/// <param name="Name">What the owner calls it.</param>
/// <param name="Synced">Whether it is kept by a password manager and so on other devices too.</param>
/// <param name="CreatedAt">When it was added (UTC).</param>
/// <param name="LastUsedAt">When it was last used (UTC); null when never.</param>
public sealed record PasskeyView(byte[] CredentialId, string Name, bool Synced, DateTimeOffset CreatedAt, DateTimeOffset? LastUsedAt)
{
    private const int MaxIdLength = 1023; // WebAuthn 3, 7.1 step 25.

    /// <summary>Its id in addresses.</summary>
    public string Id => Base64Url.EncodeToString(CredentialId);

    /// <summary>Reads an id from an address; null when it is none.</summary>
    public static byte[]? ParseId(string text)
    {
        var bytes = new byte[MaxIdLength];
        return text.Length <= Base64Url.GetEncodedLength(MaxIdLength) && Base64Url.IsValid(text) && Base64Url.TryDecodeFromChars(text, bytes, out var length) ? bytes[..length] : null;
    }
}

/// <summary><c>/account/passkeys</c></summary>
/// <param name="Passkeys">The user's own.</param>
/// <param name="Possible">False where the site has no name that passkeys could be tied to.</param>
public sealed record PasskeysPage(IReadOnlyList<PasskeyView> Passkeys, bool Possible)
{
    /// <summary>Whether there is room for one more.</summary>
    public bool HasRoom => Passkeys.Count < PasskeyDirectory.MaxCount;
}

/// <summary>What passkeys are tied to: the host and origin of <c>App:BaseUrl</c>, never those of a request (WebAuthn 3, 5.1.2 and 13.4.9).</summary>
public sealed class RelyingParty(IOptions<AppOptions> app)
{
    private readonly Uri site = app.Value.BaseUrl;

    /// <summary>The RP id.</summary>
    public string Id => site.IdnHost;

    /// <summary>The one origin whose answers count, written as browsers do.</summary>
    public string Origin => $"{site.Scheme}://{site.IdnHost}{(site.IsDefaultPort ? "" : $":{site.Port}")}";

    /// <summary>False where the site is reached at an IP address: WebAuthn wants a name.</summary>
    public bool IsNamed => site.HostNameType == UriHostNameType.Dns;

    /// <summary>Whether an answer was made on this site itself, in no frame of another.</summary>
    public ValueTask<bool> IsOwnAsync(PasskeyOriginValidationContext answer) =>
        ValueTask.FromResult(!answer.CrossOrigin && answer.TopOrigin is null && string.Equals(answer.Origin, Origin, StringComparison.Ordinal));
}
