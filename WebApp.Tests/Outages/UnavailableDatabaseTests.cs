using System.Net;
using Npgsql;
using WebApp.Platform.Http;
using WebApp.Tests.Support;

namespace WebApp.Tests.Outages;

/// <summary>A database that is there and cannot serve: 503 with <c>Retry-After</c>, one line in the log, and all is well when it can again.</summary>
[Platform(Include = "Linux", Reason = "Runs a server of its own.")]
[Category("Process")]
public sealed class UnavailableDatabaseTests() : OwnCluster("max_connections=30")
{
    private const string OfTheApplication = "FROM pg_stat_activity WHERE usename = 'webapp' AND application_name = 'webapp'";

    [Test]
    public async Task Connections_run_out()
    {
        var user = await App.CreateUserAsync();
        var tokens = await Api.LoginAsync(user);
        List<NpgsqlConnection> others = [];
        try
        {
            await AssertUnavailableAsync(user, tokens, async () =>
            {
                // Whatever the application gives up, others take; what it gets back meanwhile, too.
                do
                {
                    await Server.QueryAsync($"SELECT count(pg_terminate_backend(pid)) {OfTheApplication}");
                    await FillAsync(others);
                }
                while (await Server.QueryAsync($"SELECT count(*) {OfTheApplication}") is not 0L);
            });
        }
        finally
        {
            others.ForEach(other => other.Dispose());
        }

        await AssertRecoversAsync(user, tokens);
    }

    [Test]
    public async Task It_is_read_only()
    {
        var user = await App.CreateUserAsync();
        var tokens = await Api.LoginAsync(user);
        try
        {
            await AssertUnavailableAsync(user, tokens, async () =>
            {
                await Server.QueryAsync("ALTER SYSTEM SET default_transaction_read_only = on");
                await Server.QueryAsync("SELECT pg_reload_conf()");

                // Servers of open connections read the setting when they get to it.
                await Patience.UntilAsync(async () => (await Api.PostAsync("/auth/forgot-password", new { email = user.Email })).Status == HttpStatusCode.ServiceUnavailable);
                Log.Clear();
                App.Clock.Advance(LogIntervals.Length);
            });
            Assert.That((await Api.GetAsync("/me", tokens.Access)).Status, Is.EqualTo(HttpStatusCode.OK), "reading goes on");
        }
        finally
        {
            await Server.QueryAsync("ALTER SYSTEM RESET default_transaction_read_only");
            await Server.QueryAsync("SELECT pg_reload_conf()");
        }

        await AssertRecoversAsync(user, tokens);
    }

    [Test]
    public async Task Its_disk_is_full()
    {
        var user = await App.CreateUserAsync();
        var tokens = await Api.LoginAsync(user);
        try
        {
            // As PostgreSQL says it where a table's file cannot grow.
            await AssertUnavailableAsync(user, tokens, () => OnAppDatabaseAsync("""
                CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'could not extend file: No space left on device' USING ERRCODE = 'disk_full'; END $$;
                CREATE TRIGGER full_disk BEFORE INSERT OR UPDATE ON sessions EXECUTE FUNCTION full_disk();
                CREATE TRIGGER full_disk BEFORE INSERT OR UPDATE ON sign_in_guesses EXECUTE FUNCTION full_disk();
                """));
        }
        finally
        {
            await OnAppDatabaseAsync("DROP FUNCTION full_disk() CASCADE");
        }

        await AssertRecoversAsync(user, tokens);
    }

    [Test]
    public async Task A_table_is_locked_for_long()
    {
        var user = await App.CreateUserAsync();
        var tokens = await Api.LoginAsync(user);
        await using (var holder = new NpgsqlConnection($"{Server.AppConnectionString};Pooling=false;Application Name=other"))
        {
            await holder.OpenAsync();
            await AssertUnavailableAsync(user, tokens, async () =>
            {
                await using var take = new NpgsqlCommand("BEGIN; LOCK TABLE sessions, sign_in_guesses IN ACCESS EXCLUSIVE MODE", holder);
                await take.ExecuteNonQueryAsync();
            });

            // Statements that were given up wait on the server no longer.
            await Patience.UntilAsync(async () => await Server.QueryAsync("SELECT count(*) FROM pg_locks AS l JOIN pg_stat_activity AS a USING (pid) WHERE NOT l.granted AND a.application_name = 'webapp'") is 0L);
        }

        await AssertRecoversAsync(user, tokens);
    }

    private async Task AssertUnavailableAsync(TestUser user, ApiTokens tokens, Func<Task> begin)
    {
        App.Clock.Advance(LogIntervals.Length); // What earlier tests logged is another interval's.
        Log.Clear();
        await begin();
        for (var round = 0; round < 5; round++)
        {
            foreach (var answer in await Task.WhenAll(
                Api.PostAsync("/auth/refresh", new { refresh_token = tokens.Refresh }),
                Api.PostAsync("/auth/login", new { email = user.Email, password = user.Password })))
            {
                Assert.That((answer.Status, answer.Code), Is.EqualTo((HttpStatusCode.ServiceUnavailable, "unavailable")), answer.Text);
                Assert.That(answer.Headers, Does.ContainKey("Retry-After"));
            }
        }

        Assert.That(Log.Lines.Where(line => line.Contains("503", StringComparison.Ordinal)), Has.Exactly(1).Items, string.Join('\n', Log.Lines));
        Assert.That(Log.Errors, Is.Empty);
    }

    private async Task AssertRecoversAsync(TestUser user, ApiTokens tokens)
    {
        await Patience.UntilAsync(async () => (await Api.PostAsync("/auth/login", new { email = user.Email, password = user.Password })).Status == HttpStatusCode.OK);
        Assert.That((await Api.PostAsync("/auth/refresh", new { refresh_token = tokens.Refresh })).Status, Is.EqualTo(HttpStatusCode.OK), "nothing was half done");
    }

    // Takes every connection that is left.
    private async Task FillAsync(List<NpgsqlConnection> others)
    {
        try
        {
            while (true)
            {
                var other = new NpgsqlConnection($"{Server.AppConnectionString};Pooling=false;Application Name=other");
                await other.OpenAsync();
                others.Add(other);
            }
        }
        catch (PostgresException full) when (full.SqlState == PostgresErrorCodes.TooManyConnections)
        {
        }
    }

    private async Task OnAppDatabaseAsync(string sql)
    {
        await using var connection = new NpgsqlConnection($"{Server.AppConnectionString};Pooling=false;Application Name=other");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
