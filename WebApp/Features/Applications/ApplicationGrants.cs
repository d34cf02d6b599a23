using System.Security.Claims;
using Microsoft.EntityFrameworkCore;
using OpenIddict.Abstractions;
using WebApp.Features.Audit;
using WebApp.Features.SecondFactors;
using WebApp.Features.Sessions;
using WebApp.Platform.Data;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Users;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace WebApp.Features.Applications;

/// <summary>Whether a user may use an application, and the record that they entered it in a session.</summary>
public sealed class ApplicationGrants(AppDbContext db, EnrolmentPolicy enrolment, AuditTrail audit, TimeProvider clock)
{
    /// <summary>Whether the application is open to a user.</summary>
    public static bool IsOpenTo(Application application, UserSnapshot user) => !user.Closed
        && ((application.AllowedRoles is [] && application.AllowedGroups is [])
            || application.AllowedRoles.Intersect(user.Roles).Any()
            || user.Groups.Any(group => application.AllowedGroups.Contains(group.Id)));

    /// <summary>Whether a user whom the application had signed in may go on there: the rules are asked again at every refresh.</summary>
    public async Task<bool> MayGoOnAsync(Application application, UserSnapshot user, ClaimsPrincipal granted, CancellationToken cancel) =>
        IsOpenTo(application, user)
        && !(enrolment.IsOn && enrolment.MustAdd(user, granted.GetClaims(Claims.AuthenticationMethodReference)))
        && (application.ConsentType == ConsentTypes.Implicit || await db.ApplicationConsents.AnyAsync(c => c.UserId == user.Id && c.ApplicationId == application.Id, cancel));

    /// <summary>
    /// Records that the user of a session enters an application. What they allowed is added to <paramref name="consented"/>, if they were asked.
    /// </summary>
    /// <exception cref="SessionEndedException">The session has ended.</exception>
    public Task EnterAsync(Application application, Guid userId, Guid sessionId, IReadOnlyCollection<string>? consented, ClientInfo client, CancellationToken cancel) =>
        db.RetryAsync(() => EnterOnceAsync(application, userId, sessionId, consented, client, cancel));

    private async Task EnterOnceAsync(Application application, Guid userId, Guid sessionId, IReadOnlyCollection<string>? consented, ClientInfo client, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        await using var transaction = await db.BeginAsync(cancel);
        if (await AccountLock.AdmitAsync(db, new AccountProof.Session(userId, sessionId), now, cancel) is null)
        {
            throw new SessionEndedException();
        }

        var isFirst = await db.Database.SqlQuery<bool>($"""
            INSERT INTO application_sessions (session_id, application_id, user_id, granted_at) VALUES ({sessionId}, {application.Id}, {userId}, {now})
            ON CONFLICT (session_id, application_id) DO UPDATE SET granted_at = excluded.granted_at RETURNING xmax = 0 AS "Value"
            """).ToListAsync(cancel);
        if (consented is not null)
        {
            string[] scopes = [.. consented.Order(StringComparer.Ordinal)];
            await db.Database.ExecuteSqlAsync(
                $"""
                INSERT INTO application_consents (user_id, application_id, scopes, granted_at) VALUES ({userId}, {application.Id}, {scopes}, {now})
                ON CONFLICT (user_id, application_id) DO UPDATE SET granted_at = excluded.granted_at,
                    scopes = ARRAY(SELECT DISTINCT unnest(application_consents.scopes || excluded.scopes) ORDER BY 1)
                """,
                cancel);
            audit.Add(db, SecurityEventKind.ApplicationAllowed, client, userId, sessionId, $"{application.ClientId}: {string.Join(' ', scopes)}");
        }

        // Once a session: an application may ask silently every few minutes.
        if (isFirst is [true])
        {
            audit.Add(db, SecurityEventKind.ApplicationEntered, client, userId, sessionId, application.ClientId);
        }

        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
    }
}

/// <summary>The consents of a user.</summary>
public sealed class ApplicationConsents(AppDbContext db, IOpenIddictTokenManager tokens, IOpenIddictAuthorizationManager authorizations, AuditTrail audit)
{
    /// <summary>Whether a user is asked before an application may see something: never for one that is trusted.</summary>
    /// <param name="application">The application.</param>
    /// <param name="userId">The user.</param>
    /// <param name="scopes">What it wants to see.</param>
    /// <param name="again">Whether it wants them to be asked in any case.</param>
    /// <param name="cancel">Cancels.</param>
    public async Task<bool> MustAskAsync(Application application, Guid userId, IReadOnlyCollection<string> scopes, bool again, CancellationToken cancel) =>
        application.ConsentType != ConsentTypes.Implicit && (again || !await CoverAsync(userId, application.Id, scopes, cancel));

    // Whether a user has allowed an application all of these scopes.
    private async Task<bool> CoverAsync(Guid userId, Guid applicationId, IReadOnlyCollection<string> scopes, CancellationToken cancel) =>
        await db.ApplicationConsents.AsNoTracking().SingleOrDefaultAsync(c => c.UserId == userId && c.ApplicationId == applicationId, cancel) is { } consent
        && scopes.All(consent.Scopes.Contains);

    /// <summary>The applications that a user has entered or allowed something, by name.</summary>
    public async Task<IReadOnlyList<ConsentView>> ListAsync(Guid userId, CancellationToken cancel)
    {
        var allowed = await db.ApplicationConsents.AsNoTracking().Where(c => c.UserId == userId)
            .Join(db.Applications, c => c.ApplicationId, a => a.Id, (c, a) => new ConsentView(a.ClientId!, a.DisplayName ?? a.ClientId!, a.LogoHash, c.Scopes, c.GrantedAt, false))
            .ToListAsync(cancel);
        var trusted = await db.ApplicationSessions.AsNoTracking().Where(s => s.UserId == userId && s.NotifiedAt == null)
            .Join(db.Applications, s => s.ApplicationId, a => a.Id, (s, a) => new { a.ClientId, Name = a.DisplayName ?? a.ClientId!, a.LogoHash, s.GrantedAt })
            .ToListAsync(cancel);
        return
        [
            .. allowed.Concat(trusted.GroupBy(t => t.ClientId).Where(t => allowed.All(a => a.ClientId != t.Key)).Select(t => t.MaxBy(entered => entered.GrantedAt)!)
                .Select(t => new ConsentView(t.ClientId!, t.Name, t.LogoHash, [], t.GrantedAt, true))).OrderBy(view => view.Name, StringComparer.CurrentCultureIgnoreCase),
        ];
    }

    /// <summary>
    /// Takes back what a user allowed, and ends what the application has: its tokens are refused from now on. Null: all applications. Returns false if there was nothing.
    /// </summary>
    public async Task<bool> WithdrawAsync(Guid userId, string? clientId, Guid? sessionId, ClientInfo client, CancellationToken cancel)
    {
        var subject = userId.ToString();
        var (consents, sessions) = (db.ApplicationConsents, db.ApplicationSessions);
        var entered = await db.Applications.Where(a => (clientId == null || a.ClientId == clientId)
                && (consents.Any(c => c.ApplicationId == a.Id && c.UserId == userId) || sessions.Any(s => s.ApplicationId == a.Id && s.UserId == userId)))
            .Select(a => new { a.Id, a.ClientId }).ToListAsync(cancel);
        foreach (var application in entered)
        {
            await using (var transaction = await db.BeginAsync(cancel))
            {
                await AccountLock.TakeAsync(db, userId, cancel);
                await db.ApplicationConsents.Where(c => c.UserId == userId && c.ApplicationId == application.Id).ExecuteDeleteAsync(cancel);
                await db.ApplicationSessions.Where(s => s.UserId == userId && s.ApplicationId == application.Id).ExecuteDeleteAsync(cancel);
                audit.Add(db, SecurityEventKind.ApplicationWithdrawn, client, userId, sessionId, application.ClientId);
                await db.SaveChangesAsync(cancel);
                await transaction.CommitAsync(cancel);
            }

            await authorizations.RevokeAsync(subject, application.Id.ToString(), null, null, cancel);
            await tokens.RevokeAsync(subject, application.Id.ToString(), null, null, cancel);
        }

        return entered is not [];
    }
}

/// <summary>An application that a user has entered.</summary>
/// <param name="ClientId">The client's id.</param>
/// <param name="Name">The application's name.</param>
/// <param name="LogoHash">The hash of its picture; null if it has none.</param>
/// <param name="Scopes">What the user allowed it to see.</param>
/// <param name="GrantedAt">When they last allowed it, or entered it (UTC).</param>
/// <param name="Trusted">Whether an administrator has allowed it for everybody.</param>
public sealed record ConsentView(string ClientId, string Name, string? LogoHash, string[] Scopes, DateTimeOffset GrantedAt, bool Trusted);
