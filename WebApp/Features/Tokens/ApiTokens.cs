using Microsoft.EntityFrameworkCore;
using WebApp.Features.Audit;
using WebApp.Features.Lockout;
using WebApp.Features.Sessions;
using WebApp.Platform.Changes;
using WebApp.Platform.Data;
using WebApp.Platform.Http;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Text;
using WebApp.Platform.Users;

namespace WebApp.Features.Tokens;

/// <summary>Creates, lists and revokes a user's API tokens.</summary>
public sealed class ApiTokens(AppDbContext db, UserSnapshots users, AuditTrail audit, CredentialNotices notices, ChangeFeed feed, TimeProvider clock)
{
    private const int MaxNameLength = 100;
    private const int MaxDays = 3650;
    private const int MaxTokens = 50;

    /// <summary>The valid tokens, newest first.</summary>
    public async Task<IReadOnlyList<ApiToken>> ListAsync(Guid userId, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        return await Live(userId, now).AsNoTracking().OrderByDescending(t => t.Id).ToListAsync(cancel);
    }

    /// <summary>The scopes a token of this user may have: the general ones, and the user's own permissions.</summary>
    public async Task<IReadOnlyList<(string Name, string Allows)>> ScopesAsync(Guid userId, CancellationToken cancel) =>
        [.. ApiScope.OwnedBy((await users.FindAsync(userId, cancel))?.Permissions ?? [])];

    /// <summary>Creates a token. Its text is in the result and is not stored.</summary>
    /// <param name="userId">The owner.</param>
    /// <param name="sessionId">The session that creates it.</param>
    /// <param name="name">Its name.</param>
    /// <param name="scopes">Its scopes; null: reading the profile.</param>
    /// <param name="expiresInDays">Days until it expires; null: it does not expire.</param>
    /// <param name="client">The client.</param>
    /// <param name="cancel">Cancels.</param>
    /// <exception cref="SessionEndedException">The session has ended meanwhile.</exception>
    public Task<ApiTokenResult> CreateAsync(
        Guid userId, Guid? sessionId, string? name, IReadOnlyList<string>? scopes, int? expiresInDays, ClientInfo client, CancellationToken cancel) =>
        db.RetryAsync(() => CreateOnceAsync(userId, sessionId, name, scopes, expiresInDays, client, cancel));

    private async Task<ApiTokenResult> CreateOnceAsync(
        Guid userId, Guid? sessionId, string? name, IReadOnlyList<string>? scopes, int? expiresInDays, ClientInfo client, CancellationToken cancel)
    {
        var wanted = scopes is { Count: > 0 } ? scopes.Distinct().ToArray() : [ApiScope.ProfileRead];
        var now = clock.GetUtcNow();
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        var user = await AccountLock.RequireSessionAsync(db, userId, sessionId, now, cancel);
        FieldError[] errors = [.. Check(name, wanted, await ScopesAsync(userId, cancel), expiresInDays)];
        if (errors.Length == 0 && await Live(userId, now).CountAsync(cancel) >= MaxTokens)
        {
            errors = [new("Name", T("You have {0} tokens; revoke one first.", MaxTokens))];
        }

        if (errors.Length > 0)
        {
            return new ApiTokenResult.Invalid(errors);
        }

        var text = ApiTokenText.New();
        var token = new ApiToken
        {
            UserId = userId,
            Name = name!.Trim(),
            TokenHash = ApiTokenText.Hash(text),
            Scopes = wanted,
            CreatedAt = now,
            ExpiresAt = expiresInDays is { } days ? now.AddDays(days) : null,
        };
        db.ApiTokens.Add(token);
        audit.Add(db, SecurityEventKind.ApiTokenCreated, client, userId, detail: token.Id.ToString());
        using (Language.Use(user.Language))
        {
            await notices.AddAsync(
                db, userId, user.Email!, T("An API token was created"), T("A new API token was created for your account. Applications that have it can act for you."), client, cancel);
        }

        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        return new ApiTokenResult.Created(token, text);
    }

    /// <summary>Revokes a token. Returns false if the user has no such valid token.</summary>
    public async Task<bool> RevokeAsync(Guid userId, Guid id, ClientInfo client, CancellationToken cancel) =>
        await RevokeAsync(db.ApiTokens.Where(t => t.UserId == userId && t.Id == id), userId, id.ToString(), client, cancel) == 1;

    /// <summary>Revokes all tokens. Returns their number.</summary>
    public Task<int> RevokeAllAsync(Guid userId, ClientInfo client, CancellationToken cancel) =>
        RevokeAsync(db.ApiTokens.Where(t => t.UserId == userId), userId, "all", client, cancel);

    /// <summary>Revokes the token with this text, for any client that has it, and notifies its owner. Does nothing if there is no such valid token.</summary>
    public async Task RevokeHeldAsync(string text, ClientInfo client, CancellationToken cancel)
    {
        if (!ApiTokenText.IsWellFormed(text))
        {
            return;
        }

        var (hash, now) = (ApiTokenText.Hash(text), clock.GetUtcNow());
        var found = await db.ApiTokens.AsNoTracking().SingleOrDefaultAsync(t => t.TokenHash == hash && (t.ExpiresAt == null || t.ExpiresAt > now), cancel);
        if (found is not null)
        {
            await RevokeAsync(db.ApiTokens.Where(t => t.Id == found.Id), found.UserId, found.Id.ToString(), client, cancel, heldToken: found.Name);
        }
    }

    private static IEnumerable<FieldError> Check(string? name, string[] scopes, IReadOnlyList<(string Name, string Allows)> allowed, int? expiresInDays)
    {
        if (string.IsNullOrWhiteSpace(name) || name.Trim().Length > MaxNameLength || !OneLine.Is(name))
        {
            yield return new("Name", T("Enter a name of at most {0} characters.", MaxNameLength));
        }

        if (scopes.Except(allowed.Select(scope => scope.Name)).FirstOrDefault() is { } unknown)
        {
            yield return new("Scopes", T("There is no scope for you called {0}.", unknown.Length <= 40 ? unknown : unknown[..40]));
        }

        if (expiresInDays is < 1 or > MaxDays)
        {
            yield return new("ExpiresInDays", T("Use 1 to {0} days.", MaxDays));
        }
    }

    private IQueryable<ApiToken> Live(Guid userId, DateTimeOffset now) =>
        db.ApiTokens.Where(t => t.UserId == userId && t.RevokedAt == null && (t.ExpiresAt == null || t.ExpiresAt > now));

    private Task<int> RevokeAsync(
        IQueryable<ApiToken> tokens, Guid userId, string detail, ClientInfo client, CancellationToken cancel, string? heldToken = null) =>
        db.RetryAsync(() => RevokeOnceAsync(tokens, userId, detail, client, cancel, heldToken));

    private async Task<int> RevokeOnceAsync(
        IQueryable<ApiToken> tokens, Guid userId, string detail, ClientInfo client, CancellationToken cancel, string? heldToken = null)
    {
        var now = clock.GetUtcNow();
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        await AccountLock.TakeAsync(db, userId, cancel);
        var revoked = await tokens.Where(t => t.RevokedAt == null).ExecuteUpdateAsync(set => set.SetProperty(t => t.RevokedAt, now), cancel);
        if (revoked > 0)
        {
            audit.Add(db, SecurityEventKind.ApiTokenRevoked, client, userId, detail: detail);
            if (heldToken is not null)
            {
                var owner = await db.Users.Where(u => u.Id == userId).Select(u => new { Email = u.Email!, u.Language }).SingleAsync(cancel);
                using var language = Language.UseForOther(owner.Language);
                var what = T("The API token “{0}” was revoked by an application that had it. If this was not you, someone else may have had the token.", heldToken);
                await notices.AddAsync(db, userId, owner.Email, T("An API token was revoked"), what, client, cancel);
            }

            await db.SaveChangesAsync(cancel);
            await transaction.CommitAsync(cancel);
            feed.ApplyHere(Topics.ApiTokenEnded, detail);
        }

        return revoked;
    }
}

/// <summary>The result of creating an API token.</summary>
public abstract record ApiTokenResult
{
    private ApiTokenResult()
    {
    }

    /// <summary>The token was created. The text form hides it.</summary>
    /// <param name="Token">Its row.</param>
    /// <param name="Text">Its text, shown once.</param>
    public sealed record Created(ApiToken Token, string Text) : ApiTokenResult
    {
        /// <summary>Hides the token.</summary>
        public override string ToString() => $"Created({Token.Id}, …)";
    }

    /// <summary>Nothing was created.</summary>
    public sealed record Invalid(IReadOnlyList<FieldError> Errors) : ApiTokenResult;
}
