using System.Diagnostics;
using System.Globalization;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using WebApp.Platform.Workers;
using WebApp.Tests.Support;

namespace WebApp.Tests.Benchmarks;

/// <summary>
/// How the cost of calls, of pages and of the console grows with the number of users: one database that grows tenfold at each step, with one session and three events a user.
/// Each figure is the median time of a request, client included, one at a time.
/// </summary>
internal static class ScaleBenchmark
{
    private const int Repeats = 15;
    private const int WarmUps = 5;
    private const int EventsOfUser = 3;

    private static readonly int[] Sizes = [10_000, 100_000, 1_000_000];

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
        INSERT INTO sessions (id, user_id, kind, idle_limit, amr, created_at, authenticated_at, last_seen_at, expires_at, token_version, refresh_seq, ip)
        SELECT md5('session' || n)::uuid, md5('user' || n)::uuid, 'api', interval '7 days', '{pwd}', now() - interval '1 day', now() - interval '1 day', now() - (n % 86400) * interval '1 second',
               now() + interval '29 days', 0, 1, '10.0.0.0'::inet + n
        FROM generate_series($1::int, $2::int) n
        """,
        $"""
        INSERT INTO security_events (id, at, kind, user_id, ip, user_agent, seq, chain_hash, mac)
        SELECT gen_random_uuid(), now() - interval '90 days' + n * interval '1 second', (ARRAY['signed_in', 'sign_in_failed', 'password_changed'])[1 + e], md5('user' || n)::uuid,
               '10.0.0.0'::inet + n, 'Mozilla/5.0', -(n::bigint * {EventsOfUser} + e), '\x00', '\x00'
        FROM generate_series($1::int, $2::int) n, generate_series(0, {EventsOfUser - 1}) e
        """,
    ];

    public static async Task RunAsync(TextWriter output)
    {
        var database = await TestServer.NewDatabaseAsync();
        var columns = new List<IReadOnlyList<(string Path, double Milliseconds)>>();
        var before = 0;
        await using (await TestApp.StartAsync(database, settings: Quiet.Setting))
        {
            // Begins the audit chain; the rows that follow come before it.
        }

        foreach (var size in Sizes)
        {
            await GrowAsync(database, before + 1, size);
            columns.Add(await MeasureAsync(database, size));
            before = size;
        }

        await output.WriteLineAsync($"| ms a request | {string.Join(" | ", Sizes.Select(size => size.ToString("N0", CultureInfo.InvariantCulture) + " users"))} | last / first |");
        await output.WriteLineAsync($"|---|{string.Concat(Sizes.Select(_ => "---|"))}---|");
        foreach (var (index, (path, first)) in columns[0].Index())
        {
            var times = columns.Select(column => column[index].Milliseconds).ToArray();
            await output.WriteLineAsync($"| {path} | {string.Join(" | ", times.Select(time => time.ToString("0.0", CultureInfo.InvariantCulture)))} | {(times[^1] / first).ToString("0.0", CultureInfo.InvariantCulture)} |");
        }

        await output.WriteLineAsync($"\nA row with its index entries: {await RowSizesAsync(database)}.");
    }

    private static async Task<string> RowSizesAsync(string database)
    {
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync();
        List<string> sizes = [];
        foreach (var table in new[] { "users", "sessions", "security_events" })
        {
            await using var command = new NpgsqlCommand($"SELECT pg_total_relation_size('{table}') / count(*) FROM {table}", connection);
            sizes.Add($"{table} {await command.ExecuteScalarAsync()} bytes");
        }

        return string.Join(", ", sizes);
    }

    private static async Task GrowAsync(string database, int from, int to)
    {
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync();
        await ExecuteAsync(connection, "SET session_replication_role = replica");
        foreach (var sql in Growth)
        {
            await ExecuteAsync(connection, sql, from, to);
        }

        await ExecuteAsync(connection, "SET session_replication_role = origin");
        await ExecuteAsync(connection, "VACUUM ANALYZE");
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

    private static async Task<IReadOnlyList<(string Path, double Milliseconds)>> MeasureAsync(string database, int size)
    {
        var start = Stopwatch.GetTimestamp();
        await using var app = await TestApp.StartAsync(database, settings: Quiet.Setting);
        List<(string, double)> found = [("start of a node", Stopwatch.GetElapsedTime(start).TotalMilliseconds)];
        var api = new ApiClient(app);
        var admin = await app.CreateAdminAsync();
        using var browser = await PageClient.SignInAsync(app, admin);
        var user = await app.CreateUserAsync();
        var tokens = await api.LoginAsync(user);
        var somebody = await app.QueryAsync<Guid>($"SELECT md5('user{size / 2}')::uuid");

        found.Add(("`POST /auth/login`, work factor 4", await MedianAsync(() => api.LoginAsync(user))));
        found.Add(("`POST /auth/refresh`", await MedianAsync(async () => tokens = (await api.PostAsync("/auth/refresh", new { refresh_token = tokens.Refresh })).Tokens)));
        foreach (var path in new[] { "/me", "/sessions", "/events" })
        {
            found.Add(($"`GET {path}`", await MedianAsync(async () => Expect((await api.GetAsync(path, tokens.Access)).Status))));
        }

        foreach (var path in new[]
        {
            "/account", "/account/sessions", "/account/activity", "/admin", "/admin/users", "/admin/users?page=50", "/admin/users?sort=-created_at", $"/admin/users?query=person{size / 3}", "/admin/users?query=nobody-at-all",
            $"/admin/users?query=10.0.3.7", "/admin/users?state=locked", "/admin/users?role=admin", "/admin/users/{id}", "/admin/audit", "/admin/audit?Kind=sign_in_failed", "/admin/audit?Ip=10.0.3.0/24",
            "/admin/groups", "/admin/roles", "/admin/outbox", "/admin/applications", "/admin/settings", "/admin/keys", "/admin/policy",
        })
        {
            found.Add(($"`{path.Replace($"person{size / 3}", "person…", StringComparison.Ordinal)}`", await MedianAsync(async () => Expect((await browser.GetAsync(path.Replace("{id}", somebody.ToString(), StringComparison.Ordinal))).Status))));
        }

        var prune = Stopwatch.GetTimestamp();
        await app.Services.GetServices<Microsoft.Extensions.Hosting.IHostedService>().OfType<PruneWorker>().Single().RunAsync(CancellationToken.None);
        found.Add(("pruning with nothing to prune", Stopwatch.GetElapsedTime(prune).TotalMilliseconds));
        return found;
    }

    private static void Expect(HttpStatusCode status)
    {
        if (status != HttpStatusCode.OK)
        {
            throw new InvalidOperationException($"{(int)status}");
        }
    }

    private static async Task<double> MedianAsync(Func<Task> call)
    {
        List<double> times = [];
        for (var n = -WarmUps; n < Repeats; n++)
        {
            var start = Stopwatch.GetTimestamp();
            await call();
            if (n >= 0)
            {
                times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }
        }

        times.Sort();
        return times[Repeats / 2];
    }
}
