using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Npgsql;
using WebApp.Platform.Data;
using WebApp.Platform.Http;
using WebApp.Platform.Time;

namespace WebApp.Features.Lockout;

/// <summary>
/// Limits guesses before any is checked: passwords at sign-in, and those in <see cref="GuessPurpose"/>. Unknown devices share the account's count; each
/// known device has its own, so that nobody can lock owners out of the browser or client they use (ASVS 6.1.1). One statement takes an attempt, so parallel
/// requests get no more (ASVS 15.4.2).
/// </summary>
public sealed class SignInGuard(NpgsqlDataSource database, IOptions<ProtectionOptions> options, TimeProvider clock)
{
    /// <summary>Consecutive wrong guesses after which no more are checked, however slowly they came (NIST SP 800-63B 3.2.2).</summary>
    public const int MaxMisses = 100;

    /// <summary>The prefix of the key of a known device's count, before the device's id.</summary>
    internal const string DevicePrefix = "device:";

    private const string AccountPrefix = "account:";

    // A day without guesses ends a chain of lockouts. Nothing is written if no attempt is left. The first attempt sets no time, so that a concurrent one
    // that read its clock a moment earlier is not too early.
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

    // A clock that was ahead has counted here: the waiting times it set begin again now, with the same length.
    private const string RebaseSql = """
        UPDATE sign_in_guesses SET next_at = next_at - (last_at - $2), window_ends_at = window_ends_at - (last_at - $2), last_at = $2
        WHERE key = $1 AND last_at > $2 + $3
        """;

    private const string FailSql = """
        UPDATE sign_in_guesses SET next_at = greatest(next_at, $2), lockouts = lockouts + $3, window_ends_at = CASE WHEN $3 = 1 THEN $4 ELSE window_ends_at END
        WHERE key = $1
        """;

    private const string ReturnSql = "UPDATE sign_in_guesses SET failures = greatest(failures - 1, 0), misses = greatest(misses - 1, 0) WHERE key = $1";

    /// <summary>
    /// How long after a password reset codes are checked again after a hundred wrong ones: an attacker who reads the mailbox gets few guesses by resetting.
    /// </summary>
    public static readonly TimeSpan ReopeningDelay = TimeSpan.FromDays(1);

    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);
    private static readonly TimeSpan ShortestWait = TimeSpan.FromSeconds(1);

    /// <summary>The key of the count for all devices that an account does not know.</summary>
    public static string KeyOfAccount(string account) => $"{AccountPrefix}{account}";

    /// <summary>The key of the count for one known device.</summary>
    public static string KeyOfDevice(Guid device) => $"{DevicePrefix}{device}";

    /// <summary>
    /// Takes an attempt. If the request fails on the server's side before the guess was checked (for example, the hashing queue is full or the database is
    /// unreachable), the attempt is given back (<see cref="Spendings"/>). If the client stopped waiting, it is not: the work may have shown the answer by
    /// its duration.
    /// </summary>
    public async Task<SignInPermit> TakeAsync(string key, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var permit = await TakeAsync(key, now, cancel);
        return permit is SignInPermit.Refused && await RebaseAsync(key, now, cancel) ? await TakeAsync(key, now, cancel) : permit;
    }

    /// <summary>The guess was wrong: the next one has to wait, longer than the last one did. Null if no notice is needed.</summary>
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
    /// The guess was right: its count is deleted, and no other. A known device deletes only its own count: a success of the owner says nothing about
    /// guesses from elsewhere.
    /// </summary>
    public async Task SucceedAsync(SignInPermit.Granted permit, CancellationToken cancel)
    {
        await using var command = Command("DELETE FROM sign_in_guesses WHERE key = $1", permit.Key);
        await command.ExecuteNonQueryAsync(cancel);
        Spendings.Settle(permit);
    }

    /// <summary>Deletes counts in the caller's transaction, as after a right code or with a new password. The rows are locked in a fixed order.</summary>
    public static Task ForgetAsync(AppDbContext db, string[] keys, CancellationToken cancel) => db.Database.ExecuteSqlAsync(
        $"DELETE FROM sign_in_guesses WHERE key IN (SELECT key FROM sign_in_guesses WHERE key = ANY ({keys}) ORDER BY key FOR UPDATE)", cancel);

    /// <summary>
    /// Allows guesses again after <see cref="ReopeningDelay"/> for an account with a final lockout, as after a password reset, in the caller's transaction.
    /// Other counts are not changed, otherwise each reset would give new guesses.
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

    /// <summary>Gives an attempt back that was not checked.</summary>
    public async Task ReturnAsync(SignInPermit.Granted permit, CancellationToken cancel)
    {
        Spendings.Settle(permit);
        await using var command = Command(ReturnSql, permit.Key);
        await command.ExecuteNonQueryAsync(cancel);
    }

    // Codes are read and typed, and five of them are few enough: no waiting time of seconds between two.
    private static bool IsSignInPassword(string key) => key.StartsWith(AccountPrefix, StringComparison.Ordinal) || key.StartsWith(DevicePrefix, StringComparison.Ordinal);

    private async Task<SignInPermit> TakeAsync(string key, DateTimeOffset now, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);

        // Committed after the result is known here: a statement that an unresponsive database executes long after the 503 answer must not count.
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

        // If all attempts are being checked at this moment, the client only has to wait for them.
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

/// <summary>Whether a guess may be checked.</summary>
public abstract record SignInPermit
{
    private SignInPermit()
    {
    }

    /// <summary>It may, and counts as wrong until it is found right.</summary>
    /// <param name="Key">The key of the count.</param>
    /// <param name="Failures">The number of the guess in this window.</param>
    /// <param name="Lockouts">The number of lockouts before it.</param>
    /// <param name="Misses">The number of the guess since the last right one.</param>
    public sealed record Granted(string Key, int Failures, int Lockouts, int Misses) : SignInPermit;

    /// <summary>Too early.</summary>
    public sealed record Refused(TimeSpan RetryAfter) : SignInPermit
    {
        /// <summary>Whether waiting alone does not help: see <see cref="SignInGuard.MaxMisses"/>.</summary>
        public bool IsFinal { get; init; }
    }
}

/// <summary>The lockout that a wrong guess has caused.</summary>
/// <param name="For">How long no guess is checked.</param>
/// <param name="IsFirst">Whether it is the first of a chain; the owner is notified of it.</param>
/// <param name="IsFinal">Whether no more guesses are checked, however long the user waits: see <see cref="SignInGuard.MaxMisses"/>.</param>
/// <param name="OnKnownDevice">Whether it concerns one known device only, and not all unknown ones.</param>
public sealed record AccountLockout(TimeSpan For, bool IsFirst, bool IsFinal, bool OnKnownDevice);
