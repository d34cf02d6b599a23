using System.Runtime.CompilerServices;
using Npgsql;
using WebApp.Platform.Data;
using WebApp.Platform.Users;

namespace WebApp.Features.Accounts.Importing;

/// <summary>Checks rows as an import would, without storing them: temporary tables hold what must be compared, and end with the connection.</summary>
internal sealed class ImportRehearsal : IImportTarget
{
    private const string TablesSql = """
        CREATE TEMPORARY TABLE rehearsed (id uuid PRIMARY KEY, normalized_email text COLLATE "C" UNIQUE, line bigint);
        CREATE TEMPORARY TABLE rehearsed_refusals (line bigint, reason text)
        """;

    private const string RowsSql = $"""
        INSERT INTO rehearsed (id, normalized_email, line)
        SELECT i.id, i.email, i.line FROM unnest($1, $2, $3) WITH ORDINALITY AS i (id, email, line, n)
        WHERE NOT EXISTS (SELECT 1 FROM users u WHERE u.normalized_email = i.email AND NOT ({UnconfirmedAccounts.AbandonedSql})) AND NOT EXISTS (SELECT 1 FROM users u WHERE u.id = i.id)
        ORDER BY i.n
        ON CONFLICT DO NOTHING RETURNING id, normalized_email
        """;

    private const string LinesSql = $"""
        SELECT normalized_email, line FROM rehearsed WHERE normalized_email = ANY ($1)
        UNION ALL SELECT u.normalized_email, NULL FROM users u WHERE u.normalized_email = ANY ($1) AND NOT ({UnconfirmedAccounts.AbandonedSql})
        """;

    private readonly NpgsqlConnection connection;

    private ImportRehearsal(NpgsqlConnection connection) => this.connection = connection;

    /// <summary>Creates one, with its tables.</summary>
    public static async Task<ImportRehearsal> BeginAsync(DirectDatabase database, CancellationToken cancel)
    {
        var connection = await database.OpenConnectionAsync(cancel);
        await using var tables = new NpgsqlCommand(TablesSql, connection);
        await tables.ExecuteNonQueryAsync(cancel);
        return new(connection);
    }

    public async Task TakeAsync(ImportBatch batch, CancellationToken cancel)
    {
        HashSet<(Guid Id, string NormalizedEmail)> taken = [];
        await using (var rows = new NpgsqlCommand(RowsSql, connection))
        {
            rows.Parameters.Add(new() { Value = batch.Rows.Select(row => row.Id).ToArray() });
            rows.Parameters.Add(new() { Value = batch.Rows.Select(row => row.NormalizedEmail).ToArray() });
            rows.Parameters.Add(new() { Value = batch.Rows.Select(row => row.Line).ToArray() });
            await using var reader = await rows.ExecuteReaderAsync(cancel);
            while (await reader.ReadAsync(cancel))
            {
                taken.Add((reader.GetGuid(0), reader.GetString(1)));
            }
        }

        await using (var lines = new NpgsqlCommand(LinesSql, connection))
        {
            await Collisions.AddAsync(batch, taken, lines, cancel);
        }

        await using var refusals = new NpgsqlCommand("INSERT INTO rehearsed_refusals SELECT * FROM unnest($1, $2)", connection);
        refusals.Parameters.Add(new() { Value = batch.Refused.Select(refusal => refusal.Line).ToArray() });
        refusals.Parameters.Add(new() { Value = batch.Refused.Select(refusal => refusal.Reason).ToArray() });
        await refusals.ExecuteNonQueryAsync(cancel);
    }

    public async IAsyncEnumerable<(long Line, string Reason)> RefusalsAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand("SELECT line, reason FROM rehearsed_refusals ORDER BY line", connection);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            yield return (reader.GetInt64(0), reader.GetString(1));
        }
    }

    // The pool resets the connection, which drops the tables.
    public ValueTask DisposeAsync() => connection.DisposeAsync();
}
