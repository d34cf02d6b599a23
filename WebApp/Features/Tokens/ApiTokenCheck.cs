using Microsoft.EntityFrameworkCore;
using WebApp.Platform.Changes;
using WebApp.Platform.Data;

namespace WebApp.Features.Tokens;

/// <summary>Checks API tokens, from memory while the node's LISTEN connection works.</summary>
public sealed class ApiTokenCheck : IDisposable
{
    private const int Capacity = 50_000;

    private readonly IDbContextFactory<AppDbContext> database;
    private readonly ApiTokenUses uses;
    private readonly TimeProvider clock;
    private readonly FreshCache<string, Known> cache;

    /// <summary>Subscribes to the changes that end tokens.</summary>
    public ApiTokenCheck(IDbContextFactory<AppDbContext> database, ChangeFeed feed, ApiTokenUses uses, TimeProvider clock)
    {
        (this.database, this.uses, this.clock) = (database, uses, clock);
        cache = new(feed, Capacity, TimeSpan.FromMinutes(5));

        // Entries are keyed by the token's hash, but changes name its row. They are rare, so the whole cache is cleared.
        feed.On(Topics.ApiTokenEnded, _ => cache.Clear());
    }

    /// <summary>Checks a token. A valid token counts as used.</summary>
    public async ValueTask<TokenVerdict> CheckAsync(string text, CancellationToken cancel)
    {
        if (!ApiTokenText.IsWellFormed(text))
        {
            return TokenVerdict.Malformed.Instance;
        }

        if (await cache.GetAsync(Convert.ToBase64String(ApiTokenText.Hash(text)), LoadAsync, cancel) is not { } known)
        {
            return TokenVerdict.Invalid.Instance;
        }

        var now = clock.GetUtcNow();
        if (known.Revoked)
        {
            return TokenVerdict.Revoked.Instance;
        }

        if (known.Token.ExpiresAt <= now)
        {
            return TokenVerdict.Expired.Instance;
        }

        uses.Note(known.Token.Id, now, ip: null);
        return new TokenVerdict.GoodApi(known.Token);
    }

    /// <inheritdoc/>
    public void Dispose() => cache.Dispose();

    private async Task<Known?> LoadAsync(string hash, CancellationToken cancel)
    {
        var bytes = Convert.FromBase64String(hash);
        await using var db = await database.CreateDbContextAsync(cancel);
        var row = await db.ApiTokens.AsNoTracking().SingleOrDefaultAsync(t => t.TokenHash == bytes, cancel);
        return row is null ? null : new(new(row.Id, row.UserId, row.Scopes, row.CreatedAt, row.ExpiresAt), row.RevokedAt is not null);
    }

    private sealed record Known(ApiTokenIdentity Token, bool Revoked);
}

/// <summary>A valid API token, as cached in memory between calls.</summary>
/// <param name="Id">The token.</param>
/// <param name="UserId">The owner.</param>
/// <param name="Scopes">Its scopes.</param>
/// <param name="CreatedAt">When it was created (UTC).</param>
/// <param name="ExpiresAt">When it expires (UTC); null: not before it is revoked.</param>
public sealed record ApiTokenIdentity(Guid Id, Guid UserId, string[] Scopes, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt);
