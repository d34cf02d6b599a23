using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Npgsql;
using WebApp.Platform.Data;

namespace WebApp.Features.Tokens;

/// <summary>A table of keys that are announced, used and retired by <see cref="SigningKeySchedule"/>. Only one node changes it at a time. The statements do not need EF, which a start would wait for.</summary>
/// <param name="database">The database.</param>
/// <param name="table">The table, with the columns of <see cref="SigningKeyRow"/>: a constant.</param>
/// <param name="advisoryLock">PostgreSQL advisory lock; any number that nothing else here uses.</param>
/// <param name="schedule">When keys change.</param>
[SuppressMessage("Security", "CA2100", Justification = "The table is a constant.")]
public sealed class KeyTable(DirectDatabase database, string table, long advisoryLock, SigningKeySchedule schedule)
{
    /// <summary>All keys. None before the first <see cref="ApplyAsync"/>.</summary>
    public async Task<IReadOnlyList<SigningKeyRow>> ReadAsync(CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        return await ReadAsync(connection, cancel);
    }

    /// <summary>Applies the schedule, which usually changes nothing. Nodes that start together create one key in total.</summary>
    /// <param name="now">The present (UTC).</param>
    /// <param name="rotate">Whether to announce the next key now.</param>
    /// <param name="newSecret">Creates an encrypted key.</param>
    /// <param name="open">Decrypts the rows, in the transaction: if it throws, nothing is changed.</param>
    /// <param name="cancel">Cancels.</param>
    public async Task<TKeys> ApplyAsync<TKeys>(
        DateTimeOffset now, bool rotate, Func<byte[]> newSecret, Func<NpgsqlConnection, IReadOnlyList<SigningKeyRow>, Task<TKeys>> open, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await ExecuteAsync(connection, "SELECT pg_advisory_xact_lock($1)", cancel, advisoryLock);
        var rows = await ReadAsync(connection, cancel);
        var plan = schedule.Plan(rows, now, rotate);
        if (!plan.IsEmpty)
        {
            await CarryOutAsync(connection, plan, now, newSecret, cancel);
            rows = await ReadAsync(connection, cancel);
        }

        var keys = await open(connection, rows);
        await transaction.CommitAsync(cancel);
        return keys;
    }

    /// <summary>Runs a statement with parameters <c>$1</c>, <c>$2</c>, …</summary>
    public static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancel, params object[] values)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values)
        {
            command.Parameters.Add(new() { Value = value });
        }

        await command.ExecuteNonQueryAsync(cancel);
    }

    private async Task CarryOutAsync(NpgsqlConnection connection, SigningKeyPlan plan, DateTimeOffset now, Func<byte[]> newSecret, CancellationToken cancel)
    {
        if (plan.Announce is { } activates)
        {
            await ExecuteAsync(
                connection, $"INSERT INTO {table} (id, secret, created_at, activates_at) VALUES ($1, $2, $3, $4)", cancel,
                Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(12)), newSecret(), now.ToUniversalTime(), activates);
        }

        foreach (var (id, retires) in plan.Retire)
        {
            await ExecuteAsync(connection, $"UPDATE {table} SET retires_at = $2 WHERE id = $1", cancel, id, retires);
        }

        await ExecuteAsync(connection, $"DELETE FROM {table} WHERE id = ANY($1)", cancel, (object)plan.Forget.ToArray());
    }

    private async Task<IReadOnlyList<SigningKeyRow>> ReadAsync(NpgsqlConnection connection, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand($"SELECT id, secret, created_at, activates_at, retires_at FROM {table}", connection);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        List<SigningKeyRow> rows = [];
        while (await reader.ReadAsync(cancel))
        {
            rows.Add(new()
            {
                Id = reader.GetString(0),
                Secret = reader.GetFieldValue<byte[]>(1),
                CreatedAt = reader.GetFieldValue<DateTimeOffset>(2),
                ActivatesAt = reader.GetFieldValue<DateTimeOffset>(3),
                RetiresAt = await reader.IsDBNullAsync(4, cancel) ? null : reader.GetFieldValue<DateTimeOffset>(4),
            });
        }

        return rows;
    }
}
