using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using WebApp.Features.Audit;
using WebApp.Platform.Data;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Users;

namespace WebApp.Features.Accounts.Importing;

/// <summary>Creates accounts, one transaction per batch, and records the progress in the same transaction.</summary>
internal sealed class ImportWriter(IDbContextFactory<AppDbContext> contexts, AuditTrail audit, Guid importId) : IImportTarget
{
    private const string UsersSql = """
        INSERT INTO users (id, email, normalized_email, user_name, normalized_user_name, password_hash, display_name, email_confirmed, created_at,
            token_version, security_stamp, concurrency_stamp, phone_number_confirmed, two_factor_enabled, lockout_enabled, access_failed_count, email_codes_enabled)
        SELECT i.id, i.email, i.normalized, i.email, i.normalized, i.hash, i.name, i.confirmed, i.created,
            0, gen_random_uuid()::text, gen_random_uuid()::text, false, false, false, 0, false
        FROM unnest($1, $2, $3, $4, $5, $6, $7) WITH ORDINALITY AS i (id, email, normalized, hash, name, confirmed, created, n)
        ORDER BY i.n
        ON CONFLICT DO NOTHING RETURNING id, normalized_email
        """;

    private const string LinesSql =
        "SELECT u.normalized_email, i.line FROM users u LEFT JOIN imported_users i ON i.user_id = u.id AND i.import_id = $2 WHERE u.normalized_email = ANY ($1)";

    private static readonly ClientInfo Operator = new(null, "WebApp import");

    public async Task TakeAsync(ImportBatch batch, CancellationToken cancel)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel);
        db.Database.AllowLongStatements();
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        var connection = (NpgsqlConnection)db.Database.GetDbConnection();
        await using (var abandoned = Command(connection, UnconfirmedAccounts.RemoveAbandonedSql, (object)batch.Rows.Select(row => row.NormalizedEmail).ToArray()))
        {
            await abandoned.ExecuteNonQueryAsync(cancel);
        }

        var taken = await AddUsersAsync(connection, batch.Rows, cancel);
        await using (var lines = Command(connection, LinesSql, importId))
        {
            await AddLinesAsync(connection, [.. batch.Rows.Where(row => taken.Contains(row.Key)).DistinctBy(row => row.Key)], cancel);
            await Collisions.AddAsync(batch, taken, lines, cancel);
        }

        foreach (var row in batch.Rows)
        {
            audit.Add(db, SecurityEventKind.Imported, Operator, row.Id);
        }

        await db.SaveChangesAsync(cancel);
        await AddRefusalsAsync(connection, batch, cancel);
        await using var progress = Command(
            connection,
            "UPDATE imports SET lines = $3, imported = imported + $4, refused = refused + $5 WHERE id = $1 AND lines = $2",
            importId, batch.After, batch.LastLine, (long)batch.Rows.Count, (long)batch.Refused.Count);
        if (await progress.ExecuteNonQueryAsync(cancel) != 1)
        {
            throw new ImportException("Another process goes on with this import.");
        }

        await transaction.CommitAsync(cancel);
    }

    public async IAsyncEnumerable<(long Line, string Reason)> RefusalsAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel);
        db.Database.AllowLongStatements();
        var all = db.Set<ImportRefusal>().AsNoTracking().Where(refusal => refusal.ImportId == importId).OrderBy(refusal => refusal.Line);
        await foreach (var refusal in all.AsAsyncEnumerable().WithCancellation(cancel))
        {
            yield return (refusal.Line, refusal.Reason);
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static async Task<HashSet<(Guid Id, string NormalizedEmail)>> AddUsersAsync(NpgsqlConnection connection, List<ImportRow> rows, CancellationToken cancel)
    {
        await using var command = Command(
            connection, UsersSql,
            rows.Select(row => row.Id).ToArray(), rows.Select(row => row.Email).ToArray(), rows.Select(row => row.NormalizedEmail).ToArray(),
            rows.Select(row => row.PasswordHash).ToArray(), rows.Select(row => row.DisplayName).ToArray(),
            rows.Select(row => row.EmailConfirmed).ToArray(), rows.Select(row => row.CreatedAt).ToArray());
        HashSet<(Guid Id, string NormalizedEmail)> taken = [];
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            taken.Add((reader.GetGuid(0), reader.GetString(1)));
        }

        return taken;
    }

    private async Task AddLinesAsync(NpgsqlConnection connection, List<ImportRow> rows, CancellationToken cancel)
    {
        var roles = rows.SelectMany(row => row.Roles.Select(role => (row.Id, Role: role))).ToList();
        await using var command = Command(
            connection,
            "WITH roles AS (INSERT INTO user_roles (user_id, role_id) SELECT * FROM unnest($4, $5)) INSERT INTO imported_users (import_id, user_id, line) SELECT $1, * FROM unnest($2, $3)",
            importId, rows.Select(row => row.Id).ToArray(), rows.Select(row => row.Line).ToArray(),
            roles.Select(role => role.Id).ToArray(), roles.Select(role => role.Role).ToArray());
        await command.ExecuteNonQueryAsync(cancel);
    }

    private async Task AddRefusalsAsync(NpgsqlConnection connection, ImportBatch batch, CancellationToken cancel)
    {
        await using var command = Command(
            connection, "INSERT INTO import_refusals (import_id, line, reason) SELECT $1, * FROM unnest($2, $3)",
            importId, batch.Refused.Select(refusal => refusal.Line).ToArray(), batch.Refused.Select(refusal => refusal.Reason).ToArray());
        await command.ExecuteNonQueryAsync(cancel);
    }

    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql, params object[] values)
    {
        var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values)
        {
            command.Parameters.Add(new() { Value = value });
        }

        return command;
    }
}
