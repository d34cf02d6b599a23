using Npgsql;

namespace WebApp.Tests.Benchmarks;

/// <summary>
/// Users as an installation has them after some months: a session and ten events each, the events spread over the last 90 days. One session in a hundred ended within the last hour.
/// </summary>
internal static class ScaleData
{
    private const int EventsOfUser = 10;

    // No triggers, and memory enough to sort ten million entries of an index.
    private const string Settings = "SET session_replication_role = replica; SET maintenance_work_mem = '1GB'";

    private static readonly string[] Tables = ["users", "user_roles", "sessions", "security_events"];

    // Rows as the application writes them, without its triggers: nobody listens yet, and the events count as sealed.
    private static readonly string[] Growth =
    [
        """
        INSERT INTO users (id, user_name, normalized_user_name, email, normalized_email, email_confirmed, display_name, password_hash, security_stamp, created_at, token_version,
                           phone_number_confirmed, two_factor_enabled, lockout_enabled, access_failed_count, email_codes_enabled)
        SELECT u.id, u.email, upper(u.email), u.email, upper(u.email), true, 'Person ' || u.n, 'x', 'x', now() - (u.n % 1000) * interval '1 day', 0, false, false, true, 0, false
        FROM (SELECT n, md5('user' || n)::uuid AS id, 'person' || n || '@example.org' AS email FROM generate_series($1::int, $2::int) n) u
        """,
        "INSERT INTO user_roles (user_id, role_id) SELECT md5('user' || n)::uuid, '019aa000-0000-7000-8000-000000000001' FROM generate_series($1::int, $2::int) n",
        """
        INSERT INTO sessions (id, user_id, kind, idle_limit, amr, created_at, authenticated_at, last_seen_at, expires_at, token_version, refresh_seq, ip, revoked_at, revoked_reason)
        SELECT md5('session' || n)::uuid, md5('user' || n)::uuid, 'api', interval '7 days', '{pwd}', now() - interval '1 day', now() - interval '1 day', now() - (n % 86400) * interval '1 second',
               now() + interval '29 days', 0, 1, '10.0.0.0'::inet + n,
               CASE WHEN n % 100 = 0 THEN now() - (n / 100 % 3600) * interval '1 second' END, CASE WHEN n % 100 = 0 THEN 'signed_out' END
        FROM generate_series($1::int, $2::int) n
        """,
        // In the order of time, and so of ids: each event is another user's than the one before.
        $"""
        INSERT INTO security_events (id, at, kind, user_id, ip, user_agent, seq, chain_hash, mac)
        SELECT (lpad(to_hex((extract(epoch FROM e.at) * 1000)::bigint), 12, '0') || '7' || substr(md5('event' || e.seq), 1, 3) || '8' || substr(md5('event' || e.seq), 4, 15))::uuid, e.at,
               (ARRAY['signed_in', 'sign_in_failed', 'password_changed'])[1 + e.seq % 3], md5('user' || e.n)::uuid, '10.0.0.0'::inet + e.n, 'Mozilla/5.0', -e.seq, '\x00', '\x00'
        FROM (SELECT now() - interval '90 days' * (1 - i::float8 / (($2 - $1 + 1) * {EventsOfUser}::bigint)) AS at, $1 + i * 7919 % ($2 - $1 + 1) AS n, $1 * {EventsOfUser}::bigint + i AS seq
              FROM generate_series(0::bigint, ($2::int - $1::int + 1) * {EventsOfUser}::bigint - 1) i) e
        """,
    ];

    /// <summary>Adds the users with these numbers. Indexes are built anew after it, which takes a fraction of the time.</summary>
    public static async Task GrowAsync(string database, int from, int to)
    {
        await using var connection = new NpgsqlConnection($"{database};Pooling=false");
        await connection.OpenAsync();
        await ExecuteAsync(connection, Settings);
        var indexes = await DropIndexesAsync(connection);
        foreach (var sql in Growth)
        {
            await ExecuteAsync(connection, sql, from, to);
        }

        foreach (var index in indexes)
        {
            await ExecuteAsync(connection, index);
        }

        await ExecuteAsync(connection, "VACUUM ANALYZE");
    }

    /// <summary>What a row of the large tables takes, with its index entries.</summary>
    public static async Task<string> RowSizesAsync(string database)
    {
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync();
        List<string> sizes = [];
        foreach (var table in new[] { "users", "sessions", "security_events" })
        {
            await using var command = new NpgsqlCommand($"SELECT pg_total_relation_size('{table}') / count(*) FROM {table}", connection) { CommandTimeout = 0 };
            sizes.Add($"{table} {await command.ExecuteScalarAsync()} bytes");
        }

        return string.Join(", ", sizes);
    }

    // Those of a constraint stay. Returns what makes the others again.
    private static async Task<IReadOnlyList<string>> DropIndexesAsync(NpgsqlConnection connection)
    {
        List<(string Name, string Definition)> found = [];
        await using (var select = new NpgsqlCommand(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY ($1) AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conname = indexname)", connection)
        { Parameters = { new() { Value = Tables } } })
        await using (var row = await select.ExecuteReaderAsync())
        {
            while (await row.ReadAsync())
            {
                found.Add((row.GetString(0), row.GetString(1)));
            }
        }

        foreach (var (name, _) in found)
        {
            await ExecuteAsync(connection, $"DROP INDEX {name}");
        }

        return [.. found.Select(index => index.Definition)];
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, params int[] values)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        foreach (var value in values)
        {
            command.Parameters.Add(new() { Value = value });
        }

        await command.ExecuteNonQueryAsync();
    }
}
