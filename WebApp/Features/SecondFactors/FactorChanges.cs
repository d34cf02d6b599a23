using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using WebApp.Features.Credentials;
using WebApp.Features.SecondFactors.RecoveryCodes;
using WebApp.Features.Sessions;
using WebApp.Platform.Data;
using WebApp.Platform.Http;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Pages;

namespace WebApp.Features.SecondFactors;

/// <summary>
/// Begins and ends every change of a factor. Before the change, the account is locked and the caller's session checked again: it must be live, and have
/// authenticated recently and strongly enough. After it, the account's second-factor requirement is updated, and the effects in
/// <see cref="CredentialChange"/> are applied.
/// </summary>
public sealed class FactorChanges(AppDbContext db, CredentialChanges changes, TimeProvider clock)
{
    /// <summary>Locks the account for a change, in the caller's transaction. Returns its current state.</summary>
    /// <param name="caller">The user who makes the change.</param>
    /// <param name="cancel">Cancels.</param>
    /// <param name="strong">Whether a mailed code is not sufficient, if the account has a stronger method (<see cref="FactorStrength"/>).</param>
    /// <exception cref="SessionEndedException">The session has ended meanwhile.</exception>
    /// <exception cref="StrongerAuthenticationRequiredException">The session last authenticated by mailed code, or too long ago.</exception>
    public async Task<User> AdmitAsync(Caller caller, CancellationToken cancel, bool strong = true)
    {
        var now = clock.GetUtcNow();
        var user = await AccountLock.RequireSessionAsync(db, caller.UserId, caller.SessionId, now, cancel);
        if (strong && await FactorStrength.IsNeededAsync(db, caller.UserId, cancel))
        {
            var shown = await db.Sessions.Where(s => s.Id == caller.SessionId).Select(s => new { s.Amr, s.AuthenticatedAt }).SingleAsync(cancel);
            if (shown.Amr.Contains(RecentAuthentication.MailedCode) || RecentAuthentication.IsTooOld(shown.AuthenticatedAt, now))
            {
                throw new StrongerAuthenticationRequiredException();
            }
        }

        return user;
    }

    /// <summary>Adds the effects of a change that was made in <paramref name="transaction"/>, and commits.</summary>
    /// <param name="transaction">The transaction of the change.</param>
    /// <param name="caller">The user who made it.</param>
    /// <param name="user">The account, from <see cref="AdmitAsync"/>.</param>
    /// <param name="change">The kind of change.</param>
    /// <param name="cancel">Cancels.</param>
    public async Task CommitAsync(IDbContextTransaction transaction, Caller caller, User user, CredentialChange change, CancellationToken cancel)
    {
        await SecondFactorService.UpdateRequirementAsync(db, user.Id, cancel);
        await db.Set<RecoveryCode>().Where(code => code.UserId == user.Id && !db.Users.Any(u => u.Id == user.Id && u.TwoFactorEnabled)).ExecuteDeleteAsync(cancel);
        await changes.CommitAsync(transaction, change, user, caller.SessionId, caller.Client, cancel);
    }
}

/// <summary>The user who changes a factor, and their client.</summary>
/// <param name="UserId">The account.</param>
/// <param name="SessionId">The session of the change, which the change does not end.</param>
/// <param name="Client">The client.</param>
public sealed record Caller(Guid UserId, Guid? SessionId, ClientInfo Client)
{
    /// <summary>The signed-in user of a request.</summary>
    public static Caller FromRequest(HttpContext context) => new(context.User.UserId, context.User.SessionId, ClientInfo.FromRequest(context));
}

/// <summary>Answers a change on a page that was refused because its session had ended or its authentication was not sufficient.</summary>
public sealed class RefusedChangeFilter(ITempDataDictionaryFactory next) : IExceptionFilter
{
    /// <inheritdoc/>
    public void OnException(ExceptionContext context)
    {
        if (context.HttpContext.IsApiRequest)
        {
            return;
        }

        switch (context.Exception)
        {
            case SessionEndedException:
                next.GetTempData(context.HttpContext).Warning = T("You were signed out meanwhile. Nothing was changed.");
                context.Result = new RedirectResult(SessionCookieOptions.LoginPath);
                break;
            case StrongerAuthenticationRequiredException:
                context.Result = new RedirectResult(RequireRecentAuthenticationAttribute.PathTo("/account/mfa", strong: true));
                break;
            default:
                return;
        }

        context.ExceptionHandled = true;
    }
}
