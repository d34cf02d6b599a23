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

/// <summary>The pages that list, add, rename and remove a user's passkeys. <c>/account/mfa</c> shows the same list.</summary>
[Authorize, ShownToOthers]
[AllowWithoutSecondFactor]
[Route("/account/passkeys")]
public sealed class PasskeysController(PasskeyDirectory passkeys, PasskeyCeremonies ceremonies, RelyingParty site) : Controller
{
    private const string AddPath = "/account/passkeys/add";
    private static string Full => T("You have as many passkeys as an account can have. Remove one first.");

    private PasskeyPurpose Purpose => PasskeyPurpose.Enrolment(User.UserId, User.SessionId!.Value);

    /// <summary>The list.</summary>
    [HttpGet]
    public async Task<IActionResult> Index(CancellationToken cancel) => View(await PageAsync(cancel));

    /// <summary>The page for adding a passkey.</summary>
    [HttpGet("add")]
    [RequireStrongAuthentication]
    public async Task<IActionResult> Add(CancellationToken cancel) =>
        await PageAsync(cancel) is { Possible: true, HasRoom: true } ? View(new PasskeyForm()) : RedirectToAction(nameof(Index));

    /// <summary>Begins to add a passkey.</summary>
    [HttpPost("add/options")]
    [RequireStrongAuthentication(Page = AddPath)]
    public async Task<IActionResult> Options(CancellationToken cancel) =>
        (await PageAsync(cancel)).HasRoom ? PasskeyAnswer.Options(await ceremonies.BeginEnrolmentAsync(HttpContext, Purpose, cancel)) : PasskeyAnswer.Failure(Full);

    /// <summary>Adds the passkey.</summary>
    [HttpPost("add")]
    [RequireStrongAuthentication(Page = AddPath)]
    public async Task<IActionResult> Add(PasskeyForm form, CancellationToken cancel)
    {
        if (await ceremonies.FinishEnrolmentAsync(HttpContext, Purpose, form.Credential, cancel) is not { } passkey)
        {
            return PasskeyAnswer.Failure(PasskeyAnswer.Refused);
        }

        var caller = Caller.FromRequest(HttpContext);
        var name = PasskeyName.Parse(form.Name) ?? PasskeyName.Suggest(passkey, caller.Client);
        if (!await passkeys.AddAsync(caller, passkey, name, cancel))
        {
            return PasskeyAnswer.Failure(Full);
        }

        TempData.Notice = T("The passkey “{0}” is ready. Your other sessions have ended.", name);
        return PasskeyAnswer.Success(Url.Action(nameof(Index))!);
    }

    /// <summary>Asks for a new name.</summary>
    [HttpGet("{id}/rename")]
    [RequireRecentAuthentication]
    public async Task<IActionResult> Rename(string id, CancellationToken cancel) =>
        await passkeys.FindAsync(User.UserId, id, cancel) is { } passkey ? View(new PasskeyForm { Name = passkey.Name }) : NotFound();

    /// <summary>Sets the new name.</summary>
    [HttpPost("{id}/rename")]
    [RequireRecentAuthentication(Page = "/account/passkeys")]
    public async Task<IActionResult> Rename(string id, PasskeyForm form, CancellationToken cancel)
    {
        if (!ModelState.IsValid || PasskeyName.Parse(form.Name) is not { } name)
        {
            ModelState.TryAddModelError(nameof(form.Name), T("Enter a name."));
            return View(form);
        }

        if (PasskeyView.ParseId(id) is not { } credential
            || !await passkeys.RenameAsync(Caller.FromRequest(HttpContext), credential, name, cancel))
        {
            return NotFound();
        }

        TempData.Notice = T("The passkey is called “{0}” now.", name);
        return RedirectToAction(nameof(Index));
    }

    /// <summary>Asks for confirmation.</summary>
    [HttpGet("{id}/remove")]
    [RequireStrongAuthentication]
    public async Task<IActionResult> Remove(string id, CancellationToken cancel) =>
        await passkeys.FindAsync(User.UserId, id, cancel) is { } passkey ? View(passkey) : NotFound();

    /// <summary>Removes the passkey.</summary>
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

        TempData.Notice = T("The passkey “{0}” is removed. Your other sessions have ended.", passkey.Name);
        return RedirectToAction(nameof(Index));
    }

    private async Task<PasskeysPage> PageAsync(CancellationToken cancel) => new(await passkeys.ListAsync(User.UserId, cancel), site.IsNamed);
}

/// <summary>The answer to <c>passkeys.js</c>: the next page, or an error message for the user.</summary>
public sealed record PasskeyAnswer(string? Next, string? Message)
{
    /// <summary>For any answer of the browser that is not accepted. It does not give the reason, because the client may not be the account's owner.</summary>
    public static string Refused => T("That passkey was not accepted. It may have been removed here, or it took too long. Please try again.");

    /// <summary>Success; the browser goes on to <paramref name="next"/>.</summary>
    public static JsonResult Success(string next) => new(new PasskeyAnswer(next, null));

    /// <summary>Failure, with a message.</summary>
    public static JsonResult Failure(string message, int status = StatusCodes.Status400BadRequest) => new(new PasskeyAnswer(null, message)) { StatusCode = status };

    /// <summary>Options as Identity created them.</summary>
    public static ContentResult Options(string json) => new() { Content = json, ContentType = "application/json" };
}

/// <summary>The fields of the forms about passkeys.</summary>
public sealed class PasskeyForm
{
    /// <summary>The name that the owner gives.</summary>
    [StringLength(PasskeyName.MaxLength, ErrorMessage = "A name can have up to 60 characters.")]
    [Display(Name = "Name")]
    public string? Name { get; init; }

    /// <summary>The authenticator's answer, as JSON.</summary>
    public string? Credential { get; init; }
}

/// <summary>The names of passkeys.</summary>
public static class PasskeyName
{
    /// <summary>The longest name, in characters.</summary>
    public const int MaxLength = 60;

    /// <summary>The name as stored: no control characters, no leading or trailing spaces. Null if it is empty or too long.</summary>
    public static string? Parse(string? typed) =>
        OneLine.Clean(typed, int.MaxValue) is { Length: <= MaxLength } name ? name : null;

    /// <summary>A name for a passkey without one: by its transport, otherwise by the browser that created it.</summary>
    public static string Suggest(UserPasskeyInfo passkey, ClientInfo client)
    {
        // hybrid: a phone nearby; usb, nfc, ble: a security key; internal: this device or its password manager (WebAuthn 3, 5.8.4).
        var transports = passkey.Transports ?? [];
        return transports.Contains("internal") || transports.Length == 0 ? client.ShownDevice
            : transports.Contains("hybrid") ? T("Phone or tablet")
            : T("Security key");
    }
}

/// <summary>A passkey as its owner sees it.</summary>
/// <param name="CredentialId">The id that the authenticator gave it.</param>
/// <param name="Name">The name that the owner gave it.</param>
/// <param name="Synced">Whether a password manager stores it, so that it is on other devices too.</param>
/// <param name="CreatedAt">When it was added (UTC).</param>
/// <param name="LastUsedAt">When it was last used (UTC); null if never.</param>
public sealed record PasskeyView(byte[] CredentialId, string Name, bool Synced, DateTimeOffset CreatedAt, DateTimeOffset? LastUsedAt)
{
    private const int MaxIdLength = 1023; // WebAuthn 3, 7.1 step 25.

    /// <summary>Its id in addresses.</summary>
    public string Id => Base64Url.EncodeToString(CredentialId);

    /// <summary>Reads an id from an address; null if it is invalid.</summary>
    public static byte[]? ParseId(string text)
    {
        var bytes = new byte[MaxIdLength];
        return text.Length <= Base64Url.GetEncodedLength(MaxIdLength) && Base64Url.IsValid(text) && Base64Url.TryDecodeFromChars(text, bytes, out var length) ? bytes[..length] : null;
    }
}

/// <summary><c>/account/passkeys</c></summary>
/// <param name="Passkeys">The user's passkeys.</param>
/// <param name="Possible">False if the site has no host name that passkeys could be bound to.</param>
public sealed record PasskeysPage(IReadOnlyList<PasskeyView> Passkeys, bool Possible)
{
    /// <summary>Whether the user can add another one.</summary>
    public bool HasRoom => Passkeys.Count < PasskeyDirectory.MaxCount;
}

/// <summary>The site that passkeys are bound to: the host and origin of <c>App:BaseUrl</c>, never those of a request (WebAuthn 3, 5.1.2 and 13.4.9).</summary>
public sealed class RelyingParty(IOptions<AppOptions> app)
{
    private readonly Uri site = app.Value.BaseUrl;

    /// <summary>The RP id.</summary>
    public string Id => site.IdnHost;

    /// <summary>The only accepted origin, in the form that browsers send.</summary>
    public string Origin => $"{site.Scheme}://{site.IdnHost}{(site.IsDefaultPort ? "" : $":{site.Port}")}";

    /// <summary>False if the site's address is an IP address: WebAuthn requires a name.</summary>
    public bool IsNamed => site.HostNameType == UriHostNameType.Dns;

    /// <summary>Whether an answer was created on this site itself, and not in a frame of another site.</summary>
    public ValueTask<bool> IsOwnAsync(PasskeyOriginValidationContext answer) =>
        ValueTask.FromResult(!answer.CrossOrigin && answer.TopOrigin is null && string.Equals(answer.Origin, Origin, StringComparison.Ordinal));
}
