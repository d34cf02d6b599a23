using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.EntityFrameworkCore;
using WebApp.Features.Sessions;
using WebApp.Features.SignIn.Proxy;
using WebApp.Platform.Data;
using WebApp.Platform.Users;

namespace WebApp.Features.SignIn;

/// <summary>
/// Gives scripts of this site's own pages tokens for the browser's session. Besides forward-auth it is the only call that reads a cookie, so it
/// requires the antiforgery token: no other site can know it, or read the answer.
/// </summary>
public sealed class SessionTokens(AppDbContext db, IAntiforgery antiforgery, UserSnapshots users, ProxyUsers proxyUsers, TimeProvider clock)
{
    private static readonly SessionTokensResult.Refused OtherSite = new("Another site asks for it.");
    private static readonly SessionTokensResult.Refused NoSession = new("No session is open in this browser.");
    private static readonly SessionTokensResult.Refused NoToken = new("The antiforgery token is missing or wrong: send it as RequestVerificationToken.");
    private static readonly SessionTokensResult.Refused SomebodyElse = new("An administrator looks at this account, and gets no tokens of it.");
    private static readonly SessionTokensResult.Refused OtherUser = new("The proxy names another user.");

    /// <summary>The session's user, with when and how they were authenticated. Tokens contain no more than the session does.</summary>
    public async Task<SessionTokensResult> ReadAsync(HttpContext context, CancellationToken cancel)
    {
        if (context.Request.Headers["Sec-Fetch-Site"] is [not ("same-origin" or "none")])
        {
            return OtherSite;
        }

        if (await context.AuthenticateAsync(SessionCookieOptions.Scheme) is not { Principal: { } browser })
        {
            return NoSession;
        }

        if (browser.HasClaim(claim => claim.Type == PrincipalClaims.Actor))
        {
            return SomebodyElse;
        }

        // The antiforgery token is bound to the signed-in user.
        context.User = browser;
        if (!await antiforgery.IsRequestValidAsync(context))
        {
            return NoToken;
        }

        if (proxyUsers.IsOn && (await users.FindAsync(browser.UserId, cancel) is not { } snapshot || !await proxyUsers.AgreesAsync(context, snapshot)))
        {
            return OtherUser;
        }

        var id = browser.UserId;
        var user = await db.Users.AsNoTracking().SingleOrDefaultAsync(u => u.Id == id, cancel);
        return user is null || SignInEligibility.Obstacle(user, clock.GetUtcNow(), restores: false, addressMatters: false) is not null
            ? NoSession
            : new SessionTokensResult.Found(new(user, [.. browser.FindAll(PrincipalClaims.Amr).Select(way => way.Value)])
            {
                AuthenticatedAt = browser.AuthenticatedAt,
                Proof = new AccountProof.Session(id, browser.SessionId!.Value),
            });
    }
}

/// <summary>Whether a browser's session may get tokens.</summary>
public abstract record SessionTokensResult
{
    private SessionTokensResult()
    {
    }

    /// <summary>The session may get tokens for this user.</summary>
    public sealed record Found(SignInResult.Authenticated User) : SessionTokensResult;

    /// <summary>The session may get no tokens.</summary>
    /// <param name="Reason">The reason, as readable text.</param>
    public sealed record Refused(string Reason) : SessionTokensResult;
}
