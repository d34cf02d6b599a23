using Microsoft.EntityFrameworkCore;
using WebApp.Features.Alerts;
using WebApp.Features.Audit;
using WebApp.Features.SecondFactors;
using WebApp.Features.Sessions;
using WebApp.Platform.Changes;
using WebApp.Platform.Data;
using WebApp.Platform.Data.Encryption;
using WebApp.Platform.Http;
using WebApp.Platform.Http.Client;
using static WebApp.Features.SignIn.SignInResult;

namespace WebApp.Features.SignIn;

/// <summary>Creates and ends the browser's session: the cookie and its row.</summary>
public sealed class BrowserSignIn(
    AppDbContext db,
    BrowserSessions sessions,
    SessionDirectory directory,
    SessionLimit limit,
    SessionCookie cookie,
    PendingSignIns pendings,
    PendingSignInCookie pendingCookie,
    KnownDevices devices,
    DeviceCookie deviceCookie,
    ClientHistory familiarity,
    Suspicion suspicion,
    StepUp stepUp,
    Restoration restoration,
    AuditTrail audit,
    ChangeFeed feed,
    TimeProvider clock)
{
    /// <summary>Continues a sign-in: creates the session if the sign-in is complete, or asks for the second factor if one is required.</summary>
    /// <param name="context">The request.</param>
    /// <param name="result">The result of the sign-in.</param>
    /// <param name="remember">Whether the longer pair of session limits applies.</param>
    /// <param name="returnUrl">The path to go to afterwards. Anything but a path on this site is ignored.</param>
    /// <param name="cancel">Cancels.</param>
    /// <returns>The path to go to; null if the sign-in was refused, or if something revoked it before it was complete.</returns>
    public async Task<string?> ContinueAsync(HttpContext context, SignInResult result, bool remember, string? returnUrl, CancellationToken cancel)
    {
        switch (result)
        {
            case Authenticated user:
                return await OpenAsync(context, user, remember, cancel) ? ReturnPath.LocalOrAccount(returnUrl) : null;
            case SecondFactorRequired(var user, var amr) step:
                pendingCookie.Write(context, await pendings.BeginAsync(user, amr, remember, deviceName: null, cancel, step.KnownDevice));
                return ChallengeController.PathTo(ReturnPath.LocalOrNull(returnUrl));
            default:
                return null;
        }
    }

    /// <summary>
    /// Creates a session with a new key and ends a session that the browser already had. The account remembers the browser; if the browser was
    /// unknown, the owner is notified by mail. With <paramref name="trust"/> the browser skips the second factor for a while. An account that
    /// awaits deletion is restored. Returns false, and changes nothing, if something revoked the sign-in before it was complete.
    /// </summary>
    public Task<bool> OpenAsync(HttpContext context, Authenticated user, bool remember, CancellationToken cancel, bool trust = false) =>
        db.RetryAsync(() => OpenOnceAsync(context, user, remember, cancel, trust));

    private async Task<bool> OpenOnceAsync(HttpContext context, Authenticated user, bool remember, CancellationToken cancel, bool trust = false)
    {
        var client = ClientInfo.FromRequest(context);
        await using var transaction = await db.BeginAsync(cancel);
        if (await AccountLock.AdmitAsync(db, user.Proof, clock.GetUtcNow(), cancel, restores: true) is not { } current)
        {
            return false;
        }

        await limit.MakeRoomAsync(db, current.Id, SessionKind.Browser, client, cancel);
        var (session, key) = sessions.Add(db, current, user.Amr, remember, client, user.AuthenticatedAt);
        audit.Add(db, SecurityEventKind.SignedIn, client, current.Id, session.Id, $"browser {string.Join('+', user.Amr)}");
        var device = await NoteDeviceAsync(context, current, trust, client, cancel);
        var restored = await restoration.RestoreAsync(current, client, cancel);
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);

        if (restored)
        {
            restoration.ShowOnNextPage(context, current);
        }

        await EndHeldAsync(context, EndReason.Replaced, cancel);
        cookie.Write(context, key, remember ? session.ExpiresAt : null);
        deviceCookie.Write(context, device);
        return true;
    }

    /// <summary>Gives the browser's session a new key. It does not extend or re-authenticate the session.</summary>
    /// <exception cref="SessionEndedException">The session has ended.</exception>
    public async Task RekeyAsync(HttpContext context, CancellationToken cancel)
    {
        var id = context.User.SessionId!.Value;
        await using var transaction = await db.BeginAsync(cancel);
        await AccountLock.RequireSessionAsync(db, context.User.UserId, id, clock.GetUtcNow(), cancel);
        var session = await db.Sessions.SingleAsync(s => s.Id == id, cancel);
        var key = sessions.Rekey(session);
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        feed.ApplyHere(Topics.SessionChanged, id.ToString());
        cookie.Write(context, key, session.IsRemembered ? session.ExpiresAt : null);
    }

    /// <summary>Renews the browser's session after a step-up with a method: same session, new key, authenticated now.</summary>
    /// <exception cref="SessionEndedException">The session has ended.</exception>
    public async Task RenewAsync(HttpContext context, string method, CancellationToken cancel)
    {
        var (key, session) = await stepUp.RenewBrowserAsync(Caller.FromRequest(context), method, cancel);
        feed.ApplyHere(Topics.SessionChanged, session.Id.ToString());
        cookie.Write(context, key, session.IsRemembered ? session.ExpiresAt : null);
    }

    /// <summary>Ends the browser's session and deletes its cookie. Does nothing if there is no session.</summary>
    public Task EndAsync(HttpContext context, CancellationToken cancel) => EndAsync(context, EndReason.SignedOut, cancel);

    /// <summary>Ends the browser's session for another reason, a value of <see cref="EndReason"/>.</summary>
    public async Task EndAsync(HttpContext context, string reason, CancellationToken cancel)
    {
        await EndHeldAsync(context, reason, cancel);
        cookie.Remove(context);
    }

    private async Task<RowKey> NoteDeviceAsync(HttpContext context, User user, bool trust, ClientInfo client, CancellationToken cancel)
    {
        var (key, isNew) = await devices.NoteAsync(deviceCookie.Read(context), user.Id, trust, client, cancel);
        if (isNew && !await familiarity.IsFirstSignInAsync(user, cancel))
        {
            await suspicion.NewDeviceAsync(db, user, client, cancel);
        }

        return key;
    }

    private async Task EndHeldAsync(HttpContext context, string reason, CancellationToken cancel)
    {
        var client = ClientInfo.FromRequest(context);
        if (cookie.Read(context) is { } key && await sessions.FindAsync(key, client, cancel) is { } held)
        {
            await directory.EndAsync(held.User.Id, key.Id, reason, client, cancel);
        }
    }
}
