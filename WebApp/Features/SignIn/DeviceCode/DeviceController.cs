using System.ComponentModel.DataAnnotations;
using System.Diagnostics;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using WebApp.Features.SecondFactors;
using WebApp.Features.Sessions;
using WebApp.Features.Tokens;
using WebApp.Platform.Http;
using WebApp.Platform.Http.Client;

namespace WebApp.Features.SignIn.DeviceCode;

/// <summary>
/// Where a signed-in user lets a device in or turns it away. A link or a scanned code only fills in the form: each look-up counts as a guess, and another site
/// can make a browser follow links. Sending the form shows what is behind the code.
/// </summary>
[Authorize]
[Route(DeviceOffers.PagePath)]
public sealed class DeviceController(DeviceApprovals approvals, IOptions<TokenOptions> tokens) : Controller
{
    private const string CodeField = "user_code";

    /// <summary>Asks for the code; a scanned one is filled in. Letting a device in opens a session that may last a month, so whoever comes here authenticated recently.</summary>
    [HttpGet, HttpGet("confirm")]
    [RequireRecentAuthentication]
    public ViewResult Index([FromQuery(Name = CodeField)] string? userCode)
    {
        ModelState.Clear();
        return View(new DevicePage { UserCode = userCode });
    }

    /// <summary>Shows the device behind a code.</summary>
    [HttpPost]
    [RequireRecentAuthentication(Page = DeviceOffers.PagePath)]
    public async Task<IActionResult> Look([ModelBinder(Name = CodeField)] string? userCode, CancellationToken cancel)
    {
        var client = ClientInfo.FromRequest(HttpContext);
        switch (await approvals.FindAsync(userCode, User.UserId, client, cancel))
        {
            case DeviceLookup.Found(var signIn):
                var (code, email) = (UserCode.Normalize(userCode)!, await approvals.AccountAsync(User.UserId, cancel));
                return View("Confirm", new DeviceConfirmation(signIn, UserCode.Show(code), email, client, tokens.Value.SessionDays));
            case var lookup:
                return AskAgain(lookup, userCode);
        }
    }

    /// <summary>Lets it in.</summary>
    [HttpPost("confirm")]
    [RequireRecentAuthentication(PostsToItsPage = true)]
    public async Task<IActionResult> Approve([ModelBinder(Name = CodeField)] string? userCode, CancellationToken cancel) =>
        await approvals.ApproveAsync(userCode, Caller.FromRequest(HttpContext), cancel) switch
        {
            DeviceLookup.Found(var signIn) => View("Approved", signIn),
            var lookup => AskAgain(lookup, userCode),
        };

    /// <summary>Turns it away.</summary>
    [HttpPost("deny")]
    public async Task<IActionResult> Deny([ModelBinder(Name = CodeField)] string? userCode, CancellationToken cancel) =>
        await approvals.DenyAsync(userCode, Caller.FromRequest(HttpContext), cancel) switch
        {
            DeviceLookup.Found(var signIn) => View("Denied", signIn),
            var lookup => AskAgain(lookup, userCode),
        };

    private ViewResult AskAgain(DeviceLookup lookup, string? userCode)
    {
        ModelState.Clear();
        switch (lookup)
        {
            case DeviceLookup.Unknown:
                ModelState.AddModelError(nameof(DevicePage.UserCode), string.IsNullOrWhiteSpace(userCode)
                    ? "Type the code that the device shows."
                    : "That code is not right, was answered already, or is older than ten minutes. The device can show a new one.");
                break;
            case DeviceLookup.TooMany(var wait):
                Response.StatusCode = StatusCodes.Status429TooManyRequests;
                Response.Headers.RetryAfter = RetryAfter.Seconds(wait);
                ModelState.AddModelError("", "Too many codes were tried. Wait ten minutes, then have the device show a new one.");
                break;
            default:
                throw new UnreachableException();
        }

        return View("Index", new DevicePage { UserCode = userCode });
    }
}

/// <summary>What is shown before a device is let in.</summary>
/// <param name="SignIn">The device.</param>
/// <param name="Code">Its code as it shows it.</param>
/// <param name="Email">The account it would be signed in to.</param>
/// <param name="Here">The approver.</param>
/// <param name="SessionDays">How long it may stay signed in.</param>
public sealed record DeviceConfirmation(DeviceSignIn SignIn, string Code, string Email, ClientInfo Here, int SessionDays)
{
    /// <summary>
    /// Whether the device asks from the approver's own network; null where that cannot be told, because one has an IPv4 address and the other
    /// an IPv6 address, as two devices of one home may.
    /// </summary>
    public bool? SameNetwork => SignIn.Ip is not { } there || Here.Ip is not { } here || there.AddressFamily != here.AddressFamily
        ? null
        : IpPrefix.Containing(there) == IpPrefix.Containing(here);
}

/// <summary>The page <c>/device</c>, where a code is typed.</summary>
public sealed class DevicePage
{
    /// <summary>As typed, if it was.</summary>
    [Display(Name = "Code on the device")]
    public string? UserCode { get; init; }
}
