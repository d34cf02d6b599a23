using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Pages;

namespace WebApp.Features.Sessions;

/// <summary>The pages that show where the user is signed in, and end sessions.</summary>
[Authorize, ShownToOthers]
[Route("/account/sessions")]
public sealed class SessionsController(SessionDirectory sessions, KnownDevices devices, DeviceCookie cookie, TimeProvider clock) : Controller
{
    /// <summary>A page of the list, this session first. If <paramref name="before"/> is not a live session any more, the first page is shown.</summary>
    [HttpGet]
    public async Task<IActionResult> Index(Guid? before, CancellationToken cancel)
    {
        if (await sessions.ListAsync(User.UserId, User.SessionId, before, SessionDirectory.PageSize, cancel) is not { } page)
        {
            return RedirectToAction(nameof(Index));
        }

        var known = before is null ? await devices.ListAsync(User.UserId, cancel) : [];
        var here = cookie.Read(HttpContext)?.Id;
        return View(new SessionsPage(page.Sessions, [.. known.Select(device => DeviceView.From(device, here, clock.GetUtcNow()))], before is null, page.Next));
    }

    /// <summary>Ends a session. A session that has ended already, or belongs to another user, gives 404.</summary>
    [HttpPost("{id:guid}/end")]
    public async Task<IActionResult> End(Guid id, CancellationToken cancel)
    {
        if (!await sessions.EndAsync(User.UserId, id, EndReason.EndedByUser, ClientInfo.FromRequest(HttpContext), cancel))
        {
            return NotFound();
        }

        TempData.Notice = T("The session has ended.");
        return RedirectToAction(nameof(Index));
    }

    /// <summary>Forgets a device.</summary>
    [HttpPost("devices/{id:guid}/forget")]
    public async Task<IActionResult> Forget(Guid id, CancellationToken cancel)
    {
        if (!await devices.ForgetAsync(User.UserId, id, ClientInfo.FromRequest(HttpContext), cancel))
        {
            return NotFound();
        }

        TempData.Notice = T("The device is forgotten. The next sign-in there counts as one on a new device.");
        return RedirectToAction(nameof(Index));
    }

    /// <summary>Ends all sessions but this one.</summary>
    [HttpPost("end-others")]
    public async Task<IActionResult> EndOthers(CancellationToken cancel)
    {
        TempData.Notice = await sessions.EndOthersAsync(User.UserId, User.SessionId, ClientInfo.FromRequest(HttpContext), cancel) switch
        {
            0 => T("No other session was open."),
            1 => T("One other session has ended."),
            var ended => T("{0} other sessions have ended.", ended),
        };
        return RedirectToAction(nameof(Index));
    }
}

/// <summary>A known device as its owner sees it.</summary>
/// <param name="Id">The device's id.</param>
/// <param name="Device">The device, such as “Firefox on Linux”.</param>
/// <param name="Ip">Its IP address at the last sign-in.</param>
/// <param name="FirstSeenAt">The first sign-in (UTC).</param>
/// <param name="LastSeenAt">The last sign-in (UTC).</param>
/// <param name="TrustedUntil">Until when it skips the second factor (UTC); null if it does not.</param>
/// <param name="Current">Whether it is the current browser.</param>
/// <param name="Kind">Whether it is a browser or an API client.</param>
public sealed record DeviceView(
    Guid Id, string Device, string? Ip, DateTimeOffset FirstSeenAt, DateTimeOffset LastSeenAt, DateTimeOffset? TrustedUntil, bool Current, SessionKind Kind)
{
    /// <summary>Creates the view of a device.</summary>
    public static DeviceView From(KnownDevice device, Guid? here, DateTimeOffset now) => new(
        device.Id,
        DeviceLabel.Describe(device.DeviceName, device.UserAgent),
        device.Ip?.ToString(),
        device.CreatedAt,
        device.LastSeenAt,
        device.TrustedSince(now) is null ? null : device.TrustedUntil,
        device.Kind == SessionKind.Browser && device.BrowserId == here,
        device.Kind);
}

/// <summary>The page of sessions.</summary>
/// <param name="Sessions">A page of live sessions, this one first.</param>
/// <param name="Devices">Browsers and programs that the account knows, the last used first; empty except on the first page.</param>
/// <param name="IsFirst">Whether it is the first page.</param>
/// <param name="Next">The session after which the next page begins; null on the last.</param>
public sealed record SessionsPage(IReadOnlyList<SessionView> Sessions, IReadOnlyList<DeviceView> Devices, bool IsFirst, Guid? Next);
