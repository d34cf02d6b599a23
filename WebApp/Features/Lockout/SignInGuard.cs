using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Npgsql;
using WebApp.Platform.Data;
using WebApp.Platform.Http;
using WebApp.Platform.Time;

namespace WebApp.Features.Lockout;

/// <summary>
/// Limits guesses before any is looked at: passwords at sign-in, and what <see cref="GuessPurpose"/> names. Unknown devices share the account's count; each
/// known device has its own, so that nobody can lock an owner out of the browser or client they use (ASVS 6.1.1). One statement takes an attempt, so
/// parallel requests get no more (ASVS 15.4.2).
/// </summary>
public sealed class SignInGuard(NpgsqlDataSource database, IOptions<ProtectionOptions> options, TimeProvider clock)
{
    /// <summary>Wrong guesses in a row after which no more are looked at, however slowly they came (NIST SP 800-63B 3.2.2).</summary>
    public const int MaxMisses = 100;

    /// <summary>What the key of a known device's count has before its id.</summary>
    internal const string DevicePrefix = "device:";

    private const string AccountPrefix = "account:";

    // A quiet day ends a chain of lockouts. Nothing is written where no attempt is to be had. The first leaves no time behind that one which
    // read its clock a moment before could be too early for.
    private const string TakeSql = """
        INSERT INTO sign_in_guesses AS g (key, failures, window_ends_at, next_at, lockouts, misses, last_at) VALUES ($1, 1, $2 + $3, 'epoch', 0, 1, $2)
        ON CONFLICT (key) DO UPDATE SET
            failures = CASE WHEN g.window_ends_at <= $2 THEN 1 ELSE g.failures + 1 END,
            window_ends_at = CASE WHEN g.window_ends_at <= $2 THEN $2 + $3 ELSE g.window_ends_at END,
            lockouts = CASE WHEN greatest(g.next_at, g.last_at) + interval '1 day' <= $2 THEN 0 ELSE g.lockouts END,
            misses = g.misses + 1,
            last_at = $2
        WHERE g.next_at <= $2 AND g.misses < $5 AND (g.failures < $4 OR g.window_ends_at <= $2)
        RETURNING failures, lockouts, misses
        """;

    private const string WaitSql = "SELECT CASE WHEN misses >= $3 THEN interval '1 day' ELSE next_at - $2 END, misses >= $3 FROM sign_in_guesses WHERE key = $1";

    // A clock that ran ahead has counted here: the waits it set begin again from the present, at their length.
    private const string RebaseSql = """
        UPDATE sign_in_guesses SET next_at = next_at - (last_at - $2), window_ends_at = window_ends_at - (last_at - $2), last_at = $2
        WHERE key = $1 AND last_at > $2 + $3
        """;

    private const string FailSql = """
        UPDATE sign_in_guesses SET next_at = greatest(next_at, $2), lockouts = lockouts + $3, window_ends_at = CASE WHEN $3 = 1 THEN $4 ELSE window_ends_at END
        WHERE key = $1
        """;

    private const string ReturnSql = "UPDATE sign_in_guesses SET failures = greatest(failures - 1, 0), misses = greatest(misses - 1, 0) WHERE key = $1";

    /// <summary>How long after a password reset codes are looked at again where a hundred were wrong: a thief of the mailbox gets few guesses by resetting.</summary>
    public static readonly TimeSpan ReopeningDelay = TimeSpan.FromDays(1);

    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);
    private static readonly TimeSpan ShortestWait = TimeSpan.FromSeconds(1);

    /// <summary>The count of all devices that an account does not know.</summary>
    public static string KeyOfAccount(string account) => $"{AccountPrefix}{account}";

    /// <summary>The count of one device that it knows.</summary>
    public static string KeyOfDevice(Guid device) => $"{DevicePrefix}{device}";

    /// <summary>
    /// Takes an attempt. Where the request fails for our own sake before the guess was checked, as where the hashing queue is full or the database is away,
    /// it is given back (<see cref="Spendings"/>). A client that gave up waiting, by contrast, may have been answered by what the work took.
    /// </summary>
    public async Task<SignInPermit> TakeAsync(string key, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var permit = await TakeAsync(key, now, cancel);
        return permit is SignInPermit.Refused && await RebaseAsync(key, now, cancel) ? await TakeAsync(key, now, cancel) : permit;
    }

    /// <summary>The guess was wrong: the next has to wait, longer than the last did. Null where nobody needs to be told.</summary>
    public async Task<AccountLockout?> FailAsync(SignInPermit.Granted permit, CancellationToken cancel)
    {
        var (locks, final) = (permit.Failures >= options.Value.MaxFailures, permit.Misses >= MaxMisses);
        var wait = locks ? Doubled(TimeSpan.FromMinutes(options.Value.LockoutMinutes), permit.Lockouts)
            : permit.Failures > 1 && IsSignInPassword(permit.Key) ? Doubled(ShortestWait, permit.Failures - 2)
            : TimeSpan.Zero;
        var now = clock.GetUtcNow();
        await using var fail = Command(FailSql, permit.Key, now + wait, locks ? 1 : 0, now);
        await fail.ExecuteNonQueryAsync(cancel);
        Spendings.Settle(permit);
        return locks || final
            ? new(wait, permit.Lockouts == 0, final, permit.Key.Contains(DevicePrefix, StringComparison.Ordinal))
            : null;
    }

    /// <summary>
    /// The guess was right: its count is forgotten, and no other. A known device forgets its own alone: how the owner fares there says nothing of those who
    /// guess elsewhere.
    /// </summary>
    public async Task SucceedAsync(SignInPermit.Granted permit, CancellationToken cancel)
    {
        await using var command = Command("DELETE FROM sign_in_guesses WHERE key = $1", permit.Key);
        await command.ExecuteNonQueryAsync(cancel);
        Spendings.Settle(permit);
    }

    /// <summary>Forgets counts in the caller's transaction, as after a right code or with a new password. Several rows are locked in one order.</summary>
    public static Task ForgetAsync(AppDbContext db, string[] keys, CancellationToken cancel) => db.Database.ExecuteSqlAsync(
        $"DELETE FROM sign_in_guesses WHERE key IN (SELECT key FROM sign_in_guesses WHERE key = ANY ({keys}) ORDER BY key FOR UPDATE)", cancel);

    /// <summary>
    /// Lets an account's guesses that were stopped for good begin again after <see cref="ReopeningDelay"/>, as after a password reset, in the caller's
    /// transaction. Those that were not are left alone, or each reset would give new ones.
    /// </summary>
    public Task ReopenAsync(AppDbContext db, Guid userId, CancellationToken cancel)
    {
        var (keys, now) = (GuessPurpose.Keys(userId), clock.GetUtcNow());
        return db.Database.ExecuteSqlAsync(
            $"""
            UPDATE sign_in_guesses SET misses = 0, failures = 0, lockouts = 0, window_ends_at = {now}, next_at = {now + ReopeningDelay}, last_at = {now}
            WHERE key IN (SELECT key FROM sign_in_guesses WHERE key = ANY ({keys}) AND misses >= {MaxMisses} ORDER BY key FOR UPDATE)
            """,
            cancel);
    }

    /// <summary>Gives an attempt back that was not looked at.</summary>
    public async Task ReturnAsync(SignInPermit.Granted permit, CancellationToken cancel)
    {
        Spendings.Settle(permit);
        await using var command = Command(ReturnSql, permit.Key);
        await command.ExecuteNonQueryAsync(cancel);
    }

    // A code is read off and typed, and five of them are few enough: nobody waits seconds between two.
    private static bool IsSignInPassword(string key) => key.StartsWith(AccountPrefix, StringComparison.Ordinal) || key.StartsWith(DevicePrefix, StringComparison.Ordinal);

    private async Task<SignInPermit> TakeAsync(string key, DateTimeOffset now, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);

        // Committed once it is known here: a statement that a silent database carries out when we have long answered 503 must not count.
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await using var take = Fill(new(TakeSql, connection), key, now, TimeSpan.FromMinutes(options.Value.WindowMinutes), options.Value.MaxFailures, MaxMisses);
        SignInPermit.Granted? granted = null;
        await using (var row = await take.ExecuteReaderAsync(cancel))
        {
            if (await row.ReadAsync(cancel))
            {
                granted = new(key, row.GetInt32(0), row.GetInt32(1), row.GetInt32(2));
            }
        }

        await transaction.CommitAsync(cancel);
        if (granted is not null)
        {
            Spendings.Note(granted, () => ReturnAsync(granted, CancellationToken.None));
            return granted;
        }

        await using var ask = Fill(new(WaitSql, connection), key, now, MaxMisses);
        await using var found = await ask.ExecuteReaderAsync(cancel);
        var (wait, final) = await found.ReadAsync(cancel) ? (found.GetFieldValue<TimeSpan>(0), found.GetBoolean(1)) : (ShortestWait, false);

        // Where all are being checked at this moment, there is nothing to wait for but that.
        return new SignInPermit.Refused(wait > LongestWait ? LongestWait : wait < ShortestWait ? ShortestWait : wait) { IsFinal = final };
    }

    private async Task<bool> RebaseAsync(string key, DateTimeOffset now, CancellationToken cancel)
    {
        await using var command = Command(RebaseSql, key, now, ClockJump.Tolerance);
        return await command.ExecuteNonQueryAsync(cancel) == 1;
    }

    private static TimeSpan Doubled(TimeSpan first, int times)
    {
        var wait = first * Math.Pow(2, Math.Min(times, 30));
        return wait < LongestWait ? wait : LongestWait;
    }

    private NpgsqlCommand Command(string sql, params object[] values) => Fill(database.CreateCommand(sql), values);

    private static NpgsqlCommand Fill(NpgsqlCommand command, params object[] values)
    {
        foreach (var value in values)
        {
            command.Parameters.Add(new() { Value = value });
        }

        return command;
    }
}

/// <summary>Whether a guess may be looked at.</summary>
public abstract record SignInPermit
{
    private SignInPermit()
    {
    }

    /// <summary>It may, and counts as wrong until it has proved right.</summary>
    /// <param name="Key">Whose count.</param>
    /// <param name="Failures">Which one it is in this window.</param>
    /// <param name="Lockouts">How many lockouts led up to it.</param>
    /// <param name="Misses">Which one it is since the last right one.</param>
    public sealed record Granted(string Key, int Failures, int Lockouts, int Misses) : SignInPermit;

    /// <summary>Too early.</summary>
    public sealed record Refused(TimeSpan RetryAfter) : SignInPermit
    {
        /// <summary>Whether waiting alone does not help: see <see cref="SignInGuard.MaxMisses"/>.</summary>
        public bool IsFinal { get; init; }
    }
}

/// <summary>What a wrong guess has brought about.</summary>
/// <param name="For">How long none is looked at.</param>
/// <param name="IsFirst">Whether it is the first of a chain, of which the owner is told.</param>
/// <param name="IsFinal">Whether no more are looked at however long one waits: see <see cref="SignInGuard.MaxMisses"/>.</param>
/// <param name="OnKnownDevice">Whether it concerns one known device alone, and not all unknown ones.</param>
public sealed record AccountLockout(TimeSpan For, bool IsFirst, bool IsFinal, bool OnKnownDevice);
