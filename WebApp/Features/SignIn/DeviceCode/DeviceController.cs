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
/// Pages where a signed-in user approves or denies a device. A link or a scanned code only fills in the form: each look-up counts as a guess, and
/// another site can make a browser follow links. Submitting the form shows the device.
/// </summary>
[Authorize]
[Route(DeviceOffers.PagePath)]
public sealed class DeviceController(DeviceApprovals approvals, IOptions<TokenOptions> tokens) : Controller
{
    private const string CodeField = "user_code";

    /// <summary>
    /// Asks for the code; a scanned one is filled in. Approving a device creates a session that may last a month, so a recent authentication is
    /// required.
    /// </summary>
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

    /// <summary>Approves the device.</summary>
    [HttpPost("confirm")]
    [RequireRecentAuthentication(PostsToItsPage = true)]
    public async Task<IActionResult> Approve([ModelBinder(Name = CodeField)] string? userCode, CancellationToken cancel) =>
        await approvals.ApproveAsync(userCode, Caller.FromRequest(HttpContext), cancel) switch
        {
            DeviceLookup.Found(var signIn) => View("Approved", signIn),
            var lookup => AskAgain(lookup, userCode),
        };

    /// <summary>Denies the device.</summary>
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
                    ? T("Enter the code that the device shows.")
                    : T("Wrong, used or expired code. The device can show a new one."));
                break;
            case DeviceLookup.TooMany(var wait):
                Response.StatusCode = StatusCodes.Status429TooManyRequests;
                Response.Headers.RetryAfter = RetryAfter.Seconds(wait);
                ModelState.AddModelError("", T("Too many codes were tried. Wait ten minutes, then have the device show a new one."));
                break;
            default:
                throw new UnreachableException();
        }

        return View("Index", new DevicePage { UserCode = userCode });
    }
}

/// <summary>The data shown before a device is approved.</summary>
/// <param name="SignIn">The device.</param>
/// <param name="Code">Its code, as the device shows it.</param>
/// <param name="Email">The account it would be signed in to.</param>
/// <param name="Here">The approver's client.</param>
/// <param name="SessionDays">How many days the device may stay signed in.</param>
public sealed record DeviceConfirmation(DeviceSignIn SignIn, string Code, string Email, ClientInfo Here, int SessionDays)
{
    /// <summary>
    /// Whether the device asks from the approver's own network. Null if this is unknown, because one has an IPv4 address and the other an IPv6
    /// address, as two devices of one home may.
    /// </summary>
    public bool? SameNetwork => SignIn.Ip is not { } there || Here.Ip is not { } here || there.AddressFamily != here.AddressFamily
        ? null
        : IpPrefix.Containing(there) == IpPrefix.Containing(here);
}

/// <summary>The page <c>/device</c>, where a code is typed.</summary>
public sealed class DevicePage
{
    /// <summary>The code as typed, if any.</summary>
    [Display(Name = "Code on the device")]
    public string? UserCode { get; init; }
}
