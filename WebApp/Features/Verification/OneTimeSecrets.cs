using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using WebApp.Platform.Data;
using WebApp.Platform.Data.Encryption;
using WebApp.Platform.Http;
using WebApp.Platform.Time;
using WebApp.Platform.Users;

namespace WebApp.Features.Verification;

/// <summary>Creates, checks and uses up one-time secrets. The database ensures that each works once.</summary>
public sealed class OneTimeSecrets(MasterKey master, NpgsqlDataSource database, TimeProvider clock)
{
    private const int TokenSize = 32;
    private const string Digits = "0123456789";

    /// <summary>The number of wrong codes after which a secret is void: with eight digits a guess succeeds once in twenty million mails.</summary>
    private const int MaxCodeTries = 5;

    private readonly byte[] codeKey = master.Derive("one-time codes");

    /// <summary>
    /// Adds a secret to the caller's unit of work. Earlier ones for the same step stay valid, so that a late mail still works; they share one count of
    /// tries. If <paramref name="userId"/> is null it is a decoy: the same work, for an address without an account.
    /// </summary>
    public async Task<(string Token, string Code)> AddAsync(
        AppDbContext db, string purpose, Guid? userId, TimeSpan lifetime, CancellationToken cancel, SecretTerms? terms = null)
    {
        terms ??= SecretTerms.Usual;
        var (now, boundTo) = (clock.GetUtcNow(), terms.BoundTo);

        // If the tries of earlier secrets are used up, only their links work, and the new code has a new count.
        var tries = await Live(db, purpose).Where(s => s.UserId == userId && s.UserId != null && s.BoundTo == boundTo && s.CodeTries < MaxCodeTries)
            .MaxAsync(s => (int?)s.CodeTries, cancel);
        var token = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(TokenSize));
        var code = RandomNumberGenerator.GetString(Digits, terms.CodeDigits);
        var id = Guid.CreateVersion7();
        db.OneTimeSecrets.Add(new()
        {
            Id = id,
            Purpose = purpose,
            UserId = userId,
            BoundTo = terms.BoundTo,
            Address = terms.Address,
            TokenHash = TokenHash(token),
            CodeHash = CodeHash(id, code),
            CodeTries = tries ?? 0,
            CreatedAt = now,
            ExpiresAt = now + lifetime,
        });
        return (token, code);
    }

    /// <summary>
    /// The user of the valid secret that the proof matches; null if there is none. The secret is not used up, but a code counts as tried, right or wrong.
    /// </summary>
    public Task<ProvenSecret?> ProveAsync(AppDbContext db, string purpose, SecretProof proof, CancellationToken cancel) => proof switch
    {
        SecretProof.ByToken(var token) => ProveTokenAsync(db, purpose, TokenHash(token), cancel),
        SecretProof.ByCode(var email, var code) => ProveCodeAsync(db, purpose, email, code, cancel),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <summary>
    /// Checks a code against all that were mailed for a pending sign-in or session. If it is right, uses up all of them in one statement: of twenty
    /// parallel requests, one succeeds.
    /// </summary>
    public async Task<bool> SpendBoundCodeAsync(AppDbContext db, string purpose, Guid userId, Guid boundTo, string code, CancellationToken cancel)
    {
        var (now, typed) = (clock.GetUtcNow(), Clean(code));
        var ids = await Live(db, purpose).Where(s => s.UserId == userId && s.BoundTo == boundTo).Select(s => s.Id).ToArrayAsync(cancel);
        var hashes = Array.ConvertAll(ids, id => CodeHash(id, typed));
        return ids.Length > 0 && (await db.Database.SqlQuery<bool>($"""
            WITH live AS (
                SELECT id, code_hash FROM one_time_secrets
                WHERE id = ANY({ids}) AND consumed_at IS NULL AND code_tries < {MaxCodeTries} ORDER BY id FOR UPDATE),
            matching AS (SELECT 1 FROM live JOIN unnest({ids}, {hashes}) AS typed (id, code_hash) USING (id, code_hash))
            UPDATE one_time_secrets SET code_tries = code_tries + 1, consumed_at = CASE WHEN EXISTS (SELECT FROM matching) THEN {now} END
            WHERE id IN (SELECT id FROM live)
            RETURNING consumed_at IS NOT NULL AS "Value"
            """).ToListAsync(cancel)).Contains(true);
    }

    /// <summary>Uses up a proven secret in the caller's transaction. Returns false if a concurrent request did it first.</summary>
    public async Task<bool> SpendAsync(AppDbContext db, ProvenSecret secret, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        return await db.OneTimeSecrets.Where(s => s.Id == secret.Id && s.ConsumedAt == null && s.ExpiresAt > now)
            .ExecuteUpdateAsync(set => set.SetProperty(s => s.ConsumedAt, now), cancel) == 1;
    }

    /// <summary>Whether a valid secret of this purpose was created for the user within the last <paramref name="span"/>.</summary>
    public Task<bool> WasMadeWithinAsync(AppDbContext db, string purpose, Guid? userId, TimeSpan span, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var (since, latest) = (now - span, now + ClockJump.Tolerance);
        return db.OneTimeSecrets.AnyAsync(s => s.UserId == userId && s.Purpose == purpose && s.ConsumedAt == null && s.CreatedAt > since && s.CreatedAt <= latest, cancel);
    }

    /// <summary>Makes a user's valid secrets of one purpose void, in the caller's transaction, because they no longer apply.</summary>
    public Task VoidAsync(AppDbContext db, Guid userId, string purpose, CancellationToken cancel) =>
        VoidAsync(db.OneTimeSecrets.Where(s => s.UserId == userId && s.Purpose == purpose), cancel);

    /// <summary>Makes secrets void that were mailed to other addresses than the one requested now, in the caller's transaction: one of those may be misspelt.</summary>
    public Task VoidOtherAddressesAsync(AppDbContext db, Guid userId, string purpose, string address, CancellationToken cancel) =>
        VoidAsync(db.OneTimeSecrets.Where(s => s.UserId == userId && s.Purpose == purpose && s.Address != address), cancel);

    /// <summary>
    /// Makes every valid secret of the user void that is not older than a proven one, in the caller's transaction. Account recovery must invalidate the
    /// mails that followed, and keep the earlier ones, which the owner may need against an attacker.
    /// </summary>
    public Task VoidSinceAsync(AppDbContext db, ProvenSecret secret, CancellationToken cancel) =>
        VoidAsync(db.OneTimeSecrets.Where(s => s.UserId == secret.UserId && s.CreatedAt >= secret.CreatedAt), cancel);

    private IQueryable<OneTimeSecret> Live(AppDbContext db, string purpose)
    {
        var now = clock.GetUtcNow();
        return db.OneTimeSecrets.AsNoTracking().Where(s => s.Purpose == purpose && s.ConsumedAt == null && s.ExpiresAt > now);
    }

    private Task<int> VoidAsync(IQueryable<OneTimeSecret> secrets, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        return secrets.Where(s => s.ConsumedAt == null).ExecuteUpdateAsync(set => set.SetProperty(s => s.ConsumedAt, now), cancel);
    }

    private static ProvenSecret Proven(OneTimeSecret secret) => new(secret.Id, secret.UserId!.Value, secret.Address, secret.BoundTo, secret.CreatedAt);

    private static string Clean(string code) => string.Concat(code.Where(c => !char.IsWhiteSpace(c) && c != '-'));

    private static byte[] TokenHash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));

    private byte[] CodeHash(Guid id, string code) => HMACSHA256.HashData(codeKey, Encoding.UTF8.GetBytes($"{id:N}{code}"));

    private async Task<ProvenSecret?> ProveTokenAsync(AppDbContext db, string purpose, byte[] hash, CancellationToken cancel)
    {
        var found = await Live(db, purpose).SingleOrDefaultAsync(s => s.TokenHash == hash && s.UserId != null, cancel);
        return found is null ? null : Proven(found);
    }

    private async Task<ProvenSecret?> ProveCodeAsync(AppDbContext db, string purpose, string email, string code, CancellationToken cancel)
    {
        var normalized = CanonicalAddress.From(email);
        var typed = Clean(code);
        var now = clock.GetUtcNow();

        // One statement counts the try on all valid secrets and fetches their hashes; twenty parallel requests are counted twenty times. All, because a
        // stranger can have a newer one sent, and the owner types the code of the mail they opened. The user's row is locked first, as everywhere.
        var tried = await db.OneTimeSecrets.FromSql($"""
            WITH owner AS MATERIALIZED (SELECT id FROM users WHERE normalized_email = {normalized} FOR SHARE)
            UPDATE one_time_secrets SET code_tries = code_tries + 1
            WHERE id IN (
                SELECT s.id FROM owner JOIN one_time_secrets s ON s.user_id = owner.id
                WHERE s.purpose = {purpose} AND s.consumed_at IS NULL AND s.expires_at > {now}
                    AND s.code_tries < {MaxCodeTries}
                ORDER BY s.id FOR UPDATE OF s)
            RETURNING *
            """).AsNoTracking().ToListAsync(cancel);
        Spendings.Note(tried, () => GiveTriesBackAsync(tried));
        return tried.Find(secret => CryptographicOperations.FixedTimeEquals(secret.CodeHash, CodeHash(secret.Id, typed))) is { } right
            ? Proven(right)
            : null;
    }

    private async Task GiveTriesBackAsync(List<OneTimeSecret> tried)
    {
        await using var command = database.CreateCommand("UPDATE one_time_secrets SET code_tries = code_tries - 1 WHERE id = ANY ($1) AND code_tries > 0");
        command.Parameters.Add(new() { Value = tried.ConvertAll(secret => secret.Id) });
        await command.ExecuteNonQueryAsync();
    }
}

/// <summary>How a user proves that they received a mail: by its link or by its code.</summary>
public abstract record SecretProof
{
    private SecretProof()
    {
    }

    /// <summary>The token of a mailed link.</summary>
    public sealed record ByToken(string Token) : SecretProof
    {
        /// <summary>Hides the token.</summary>
        public override string ToString() => "ByToken(…)";
    }

    /// <summary>The address and the code from its mail.</summary>
    public sealed record ByCode(string Email, string Code) : SecretProof
    {
        /// <summary>Hides the code.</summary>
        public override string ToString() => "ByCode(…)";
    }
}

/// <summary>A valid secret that was proven, but is not used up yet.</summary>
/// <param name="Id">The secret.</param>
/// <param name="UserId">The user.</param>
/// <param name="Address">The address it is about, if that is not the account's.</param>
/// <param name="BoundTo">The pending sign-in or session that it belongs to.</param>
/// <param name="CreatedAt">When it was created (UTC).</param>
public sealed record ProvenSecret(Guid Id, Guid UserId, string? Address, Guid? BoundTo, DateTimeOffset CreatedAt);
