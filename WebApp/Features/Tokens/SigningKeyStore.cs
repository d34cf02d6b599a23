using System.Buffers.Text;
using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Npgsql;
using WebApp.Platform.Data;

namespace WebApp.Features.Tokens;

/// <summary>The managed keys in the database, with encrypted secrets. Only one node changes them at a time.</summary>
public sealed class SigningKeyStore(DirectDatabase database, IDataProtectionProvider protection, SigningKeySchedule schedule)
{
    /// <summary>PostgreSQL advisory lock; any number that nothing else here uses.</summary>
    private const long Lock = 0x7369676E_6B657973;

    private readonly IDataProtector protector = protection.CreateProtector("Tokens.SigningKeys");

    /// <summary>The keys that still verify. Empty before the first <see cref="ApplyAsync"/>.</summary>
    public async Task<IReadOnlyList<SigningKey>> LoadAsync(DateTimeOffset now, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        return Open(await RowsAsync(connection, cancel), now);
    }

    /// <summary>
    /// Applies the schedule, which usually changes nothing, and returns the keys that still verify. Only one node does this at a time, so that nodes that
    /// start together create one key in total.
    /// </summary>
    public async Task<IReadOnlyList<SigningKey>> ApplyAsync(DateTimeOffset now, bool rotate, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await ExecuteAsync(connection, "SELECT pg_advisory_xact_lock($1)", cancel, Lock);
        var rows = await RowsAsync(connection, cancel);
        var plan = schedule.Plan(rows, now, rotate);
        if (!plan.IsEmpty)
        {
            await CarryOutAsync(connection, plan, now, cancel);
            rows = await RowsAsync(connection, cancel);
        }

        // Before the commit: if the keys cannot be decrypted here, everything stops and nothing is changed.
        var keys = Open(rows, now);
        await transaction.CommitAsync(cancel);
        return keys;
    }

    private async Task CarryOutAsync(NpgsqlConnection connection, SigningKeyPlan plan, DateTimeOffset now, CancellationToken cancel)
    {
        if (plan.Announce is { } activates)
        {
            await ExecuteAsync(
                connection,
                "INSERT INTO signing_keys (id, secret, created_at, activates_at) VALUES ($1, $2, $3, $4)",
                cancel,
                Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(12)),
                protector.Protect(RandomNumberGenerator.GetBytes(32)),
                now.ToUniversalTime(),
                activates);
        }

        foreach (var (id, retires) in plan.Retire)
        {
            await ExecuteAsync(connection, "UPDATE signing_keys SET retires_at = $2 WHERE id = $1", cancel, id, retires);
        }

        await ExecuteAsync(connection, "DELETE FROM signing_keys WHERE id = ANY($1)", cancel, (object)plan.Forget.ToArray());
    }

    private IReadOnlyList<SigningKey> Open(List<SigningKeyRow> rows, DateTimeOffset now) =>
        [.. rows.Where(row => row.RetiresAt is null || row.RetiresAt > now).Select(Open)];

    private SigningKey Open(SigningKeyRow row)
    {
        try
        {
            return new(row.Id, protector.Unprotect(row.Secret), row.ActivatesAt, row.RetiresAt);
        }
        catch (CryptographicException e)
        {
            throw new InvalidOperationException($"Signing key {row.Id} cannot be decrypted: MASTER_KEY is not the one it was stored under.", e);
        }
    }

    private static async Task<List<SigningKeyRow>> RowsAsync(NpgsqlConnection connection, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand("SELECT id, secret, created_at, activates_at, retires_at FROM signing_keys", connection);
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

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancel, params object[] values)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values)
        {
            command.Parameters.Add(new() { Value = value });
        }

        await command.ExecuteNonQueryAsync(cancel);
    }
}

/// <summary>The changes to make to the managed keys.</summary>
/// <param name="Announce">When the new key becomes active (UTC); null for none.</param>
/// <param name="Retire">Keys whose retirement is decided or postponed, and its time (UTC).</param>
/// <param name="Forget">Keys that retired so long ago that their rows can be deleted.</param>
public sealed record SigningKeyPlan(
    DateTimeOffset? Announce, IReadOnlyList<(string Id, DateTimeOffset RetiresAt)> Retire, IReadOnlyList<string> Forget)
{
    /// <summary>Whether there is nothing to do.</summary>
    public bool IsEmpty => Announce is null && Retire.Count == 0 && Forget.Count == 0;
}

/// <summary>A managed signing key as stored: its secret is encrypted with the key ring.</summary>
public sealed class SigningKeyRow
{
    /// <summary>The <c>kid</c>: 16 characters base64url.</summary>
    public required string Id { get; init; }

    /// <summary>The 256-bit HMAC key, encrypted by Data Protection.</summary>
    public required byte[] Secret { get; init; }

    /// <summary>When it was created and announced (UTC).</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it starts to sign (UTC).</summary>
    public required DateTimeOffset ActivatesAt { get; init; }

    /// <summary>When it stops verifying (UTC); null while no successor is active.</summary>
    public DateTimeOffset? RetiresAt { get; set; }
}

internal sealed class SigningKeyModel : IEntityTypeConfiguration<SigningKeyRow>
{
    public void Configure(EntityTypeBuilder<SigningKeyRow> key) => key.ToTable("signing_keys");
}

/// <summary>The table of managed signing keys.</summary>
public static class SigningKeyTables
{
    extension(AppDbContext db)
    {
        /// <summary>Managed keys, current, announced and retired.</summary>
        public DbSet<SigningKeyRow> SigningKeys => db.Set<SigningKeyRow>();
    }
}
