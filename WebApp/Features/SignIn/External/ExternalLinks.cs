using Microsoft.EntityFrameworkCore;
using Npgsql;
using WebApp.Features.Credentials;
using WebApp.Features.SecondFactors;
using WebApp.Features.Sessions;
using WebApp.Platform.Data;
using WebApp.Platform.Http.Client;

namespace WebApp.Features.SignIn.External;

/// <summary>Lists, links and unlinks a user's external logins. <see cref="CredentialChange"/> says what follows from linking or unlinking one.</summary>
public sealed class ExternalLinks(AppDbContext db, ExternalProviders providers, FactorChanges factors, CredentialChanges changes, TimeProvider clock)
{
    /// <summary>How many external logins a user may have.</summary>
    public const int MaxCount = 10;

    /// <summary>A user's external logins, the oldest first.</summary>
    public async Task<IReadOnlyList<ExternalLoginView>> ListAsync(Guid userId, CancellationToken cancel) =>
    [
        .. (await db.ExternalLogins.AsNoTracking().Where(l => l.UserId == userId).OrderBy(l => l.CreatedAt).ToListAsync(cancel))
            .Select(l => new ExternalLoginView(l.Id, providers.DisplayName(l.Provider), l.Label, l.CreatedAt, l.LastUsedAt, providers.Find(l.Provider) is not null)),
    ];

    /// <summary>Links an external login to the caller's account.</summary>
    /// <exception cref="SessionEndedException">The session has ended meanwhile.</exception>
    public Task<LinkResult> LinkAsync(Caller caller, ExternalIdentity identity, CancellationToken cancel) =>
        db.RetryAsync(() => LinkOnceAsync(caller, identity, cancel));

    private async Task<LinkResult> LinkOnceAsync(Caller caller, ExternalIdentity identity, CancellationToken cancel)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        var user = await factors.AdmitAsync(caller, cancel);
        if (await db.ExternalLogins.AsNoTracking().SingleOrDefaultAsync(l => l.Issuer == identity.Issuer && l.Subject == identity.Subject, cancel) is { } held)
        {
            return held.UserId == user.Id ? LinkResult.Linked : LinkResult.OfAnotherAccount;
        }

        return await db.ExternalLogins.CountAsync(l => l.UserId == user.Id, cancel) >= MaxCount ? LinkResult.Full
            : await AddAsync(user, identity, cancel) ? await FinishAsync() : LinkResult.OfAnotherAccount;

        async Task<LinkResult> FinishAsync()
        {
            await changes.CommitAsync(transaction, ChangeOf(CredentialChange.ExternalLoginLinked, identity.Provider), user, caller.SessionId, caller.Client, cancel, Describe(identity.Provider, identity.Label));
            return LinkResult.Linked;
        }
    }

    /// <summary>
    /// Links an external login to the account that has the address, which both sides have verified. Returns false if the account is not as it was found.
    /// Every session of the account ends: nobody has signed in yet.
    /// </summary>
    public Task<bool> LinkByAddressAsync(Guid userId, string normalized, ExternalIdentity identity, ClientInfo client, CancellationToken cancel) =>
        db.RetryAsync(() => LinkByAddressOnceAsync(userId, normalized, identity, client, cancel));

    private async Task<bool> LinkByAddressOnceAsync(Guid userId, string normalized, ExternalIdentity identity, ClientInfo client, CancellationToken cancel)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        if (await AccountLock.TakeAsync(db, userId, cancel) is not { EmailConfirmed: true, TwoFactorEnabled: false, DeletionRequestedAt: null } user
            || user.NormalizedEmail != normalized
            || await db.ExternalLogins.CountAsync(l => l.UserId == userId, cancel) >= MaxCount
            || !await AddAsync(user, identity, cancel))
        {
            return false;
        }

        await changes.CommitAsync(transaction, ChangeOf(CredentialChange.ExternalLoginLinked, identity.Provider), user, keep: null, client, cancel, Describe(identity.Provider, identity.Label));
        return true;
    }

    /// <summary>Unlinks one of the caller's external logins, unless it is their last way to sign in.</summary>
    /// <exception cref="SessionEndedException">The session has ended meanwhile.</exception>
    public Task<UnlinkResult> UnlinkAsync(Caller caller, Guid id, CancellationToken cancel) => db.RetryAsync(() => UnlinkOnceAsync(caller, id, cancel));

    private async Task<UnlinkResult> UnlinkOnceAsync(Caller caller, Guid id, CancellationToken cancel)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        var user = await factors.AdmitAsync(caller, cancel);
        var all = await db.ExternalLogins.AsNoTracking().Where(l => l.UserId == user.Id).ToListAsync(cancel);
        if (all.Find(l => l.Id == id) is not { } login)
        {
            return UnlinkResult.NotFound;
        }

        // A provider that is not configured any more lets nobody in.
        if (user.PasswordHash is null
            && !all.Exists(l => l.Id != id && providers.Find(l.Provider) is not null)
            && !await db.UserPasskeys.AnyAsync(p => p.UserId == user.Id, cancel))
        {
            return UnlinkResult.LastWayIn;
        }

        await db.ExternalLogins.Where(l => l.Id == id && l.UserId == user.Id).ExecuteDeleteAsync(cancel);
        await changes.CommitAsync(transaction, ChangeOf(CredentialChange.ExternalLoginUnlinked, login.Provider), user, caller.SessionId, caller.Client, cancel, Describe(login.Provider, login.Label));
        return UnlinkResult.Unlinked;
    }

    // Two answers at the same time for one account there: the unique index lets one in.
    private async Task<bool> AddAsync(User user, ExternalIdentity identity, CancellationToken cancel)
    {
        var login = ExternalLogin.Create(user.Id, identity, clock.GetUtcNow());
        db.ExternalLogins.Add(login);
        try
        {
            await db.SaveChangesAsync(cancel);
            return true;
        }
        catch (DbUpdateException failure) when (failure.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            db.Entry(login).State = EntityState.Detached;
            return false;
        }
    }

    private static CredentialChange ChangeOf(CredentialChange change, string provider) => change with { Detail = $"{change.Detail} {provider}" };

    private string Describe(string provider, string? label) => label is null ? providers.DisplayName(provider) : $"{providers.DisplayName(provider)} ({label})";
}

/// <summary>The result of linking.</summary>
public enum LinkResult
{
    /// <summary>It is linked, by this request or an earlier one.</summary>
    Linked,

    /// <summary>It signs another account in.</summary>
    OfAnotherAccount,

    /// <summary>The user has <see cref="ExternalLinks.MaxCount"/> already.</summary>
    Full,
}

/// <summary>The result of unlinking.</summary>
public enum UnlinkResult
{
    /// <summary>It is unlinked.</summary>
    Unlinked,

    /// <summary>The user does not have it.</summary>
    NotFound,

    /// <summary>Without it, the user could not sign in.</summary>
    LastWayIn,
}

/// <summary>An external login as its owner and administrators see it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Provider">The provider's name on pages.</param>
/// <param name="Label">The address or name of the account there.</param>
/// <param name="CreatedAt">When it was linked (UTC).</param>
/// <param name="LastUsedAt">When it last signed the user in (UTC); null if never.</param>
/// <param name="Usable">Whether the provider is configured.</param>
public sealed record ExternalLoginView(Guid Id, string Provider, string? Label, DateTimeOffset CreatedAt, DateTimeOffset? LastUsedAt, bool Usable);
