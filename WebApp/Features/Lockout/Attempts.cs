using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Npgsql;
using NpgsqlTypes;
using WebApp.Platform.Data;
using WebApp.Platform.Data.Encryption;
using WebApp.Platform.Http;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Time;
using WebApp.Platform.Users;
using static WebApp.Platform.Data.PreparedDatabase;

namespace WebApp.Features.Lockout;

/// <summary>Counts guesses before they are checked: parallel requests cannot make more guesses than the limit. See <see cref="Spendings"/>.</summary>
public sealed class Attempts(NpgsqlDataSource database, PreparedDatabase prepared, TimeProvider clock)
{
    // A window that ends later than a window that begins now was set by a clock that was ahead.
    private const string SpendSql = """
        INSERT INTO attempts AS a (key, count, window_ends_at) VALUES ($1, 1, $2 + $3)
        ON CONFLICT (key) DO UPDATE SET
            count = CASE WHEN a.window_ends_at <= $2 OR a.window_ends_at > $2 + $3 + $4 THEN 1 ELSE a.count + 1 END,
            window_ends_at = CASE WHEN a.window_ends_at <= $2 OR a.window_ends_at > $2 + $3 + $4 THEN $2 + $3 ELSE a.window_ends_at END
        RETURNING count, window_ends_at
        """;

    /// <summary>Takes one of <paramref name="limit"/> attempts per window. Returns null if one was left; otherwise how long until there are new ones.</summary>
    public async Task<TimeSpan?> SpendAsync(string key, int limit, TimeSpan window, CancellationToken cancel) =>
        await AddAsync(key, window, cancel) is var (count, left) && count > limit ? left : null;

    /// <summary>Counts one more, and returns its number in this window.</summary>
    public async Task<int> CountAsync(string key, TimeSpan window, CancellationToken cancel) => (await AddAsync(key, window, cancel)).Count;

    /// <summary>Deletes the count, after a success.</summary>
    public async Task ClearAsync(string key, CancellationToken cancel)
    {
        await using var command = database.CreateCommand("DELETE FROM attempts WHERE key = $1");
        command.Parameters.Add(new() { Value = key });
        await command.ExecuteNonQueryAsync(cancel);
    }

    private async Task GiveBackAsync(string key)
    {
        await using var command = database.CreateCommand("UPDATE attempts SET count = greatest(count - 1, 0) WHERE key = $1");
        command.Parameters.Add(new() { Value = key });
        await command.ExecuteNonQueryAsync();
    }

    private async Task<(int Count, TimeSpan Left)> AddAsync(string key, TimeSpan window, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        await using var row = await prepared.ReadAsync(
            SpendSql,
            [
                Parameter(NpgsqlDbType.Text, key),
                Parameter(NpgsqlDbType.TimestampTz, now),
                Parameter(NpgsqlDbType.Interval, window),
                Parameter(NpgsqlDbType.Interval, ClockJump.Tolerance),
            ],
            cancel);
        await row.ReadAsync(cancel);
        Spendings.Note(new object(), () => GiveBackAsync(key));
        return (row.GetInt32(0), row.GetFieldValue<DateTimeOffset>(1) - now);
    }
}

/// <summary>A counter of guesses. Its table is unlogged: a crash of the database resets the counters and loses nothing else.</summary>
public sealed class Attempt
{
    /// <summary>What is counted, and for which user: <c>device-code:&lt;user id&gt;</c>.</summary>
    public required string Key { get; init; }

    /// <summary>The number in this window.</summary>
    public required int Count { get; init; }

    /// <summary>When the window ends (UTC).</summary>
    public required DateTimeOffset WindowEndsAt { get; init; }
}

internal sealed class AttemptModel : IEntityTypeConfiguration<Attempt>
{
    public void Configure(EntityTypeBuilder<Attempt> attempt)
    {
        attempt.ToTable("attempts");
        attempt.HasKey(a => a.Key);
        attempt.Property(a => a.Key).UseCollation("C");
        attempt.HasIndex(a => a.WindowEndsAt);
    }
}

/// <summary>Replaces a name in counters, known or not: a keyed hash, so that the tables contain no addresses and a dump reveals none.</summary>
public sealed class AccountKeys(MasterKey master)
{
    private readonly byte[] key = master.Derive("account keys");

    /// <summary>The key of a name as typed, 64 hexadecimal digits. All spellings of one address have the same key.</summary>
    public string ForEmail(string? email) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(CanonicalAddress.From(email ?? ""))));

    /// <summary>A value that represents an IP prefix where rows are distinguished by who asked for them.</summary>
    public Guid ForRequester(IpPrefix prefix) => Guid.ParseExact(ForEmail($"requester {prefix}")[..32], "N");
}
