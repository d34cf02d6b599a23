using System.Diagnostics;
using System.Runtime.Versioning;
using Npgsql;
using WebApp.Operations.LocalPostgres;

namespace WebApp.Tests.Operations.LocalPostgres;

/// <summary>Each test has a directory and a server of its own.</summary>
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[Category("Process")]
public sealed class LocalServerTests
{
    private readonly string directory = Directory.CreateTempSubdirectory("webapp-test-").FullName;

    private string PidFile => Path.Combine(directory, "cluster", "data", "postmaster.pid");

    [TearDown]
    public void DeleteDirectory()
    {
        if (Directory.Exists(directory))
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [Test]
    public async Task Starts_and_answers_a_query()
    {
        await using var postgres = await StartAsync();

        Assert.That(postgres.StartedHere, Is.True);
        Assert.That(await AskAsync(postgres, "SELECT current_database()"), Is.EqualTo("webapp"));
        Assert.That(await AskAsync(postgres, "SHOW server_encoding"), Is.EqualTo("UTF8"));
    }

    [Test]
    public async Task Listens_on_loopback_alone()
    {
        await using var postgres = await StartAsync();

        Assert.That(await AskAsync(postgres, "SHOW listen_addresses"), Is.EqualTo("127.0.0.1"));
        Assert.That(await AskAsync(postgres, "SHOW unix_socket_directories"), Is.Empty);
    }

    [Test]
    public async Task A_second_start_finds_the_running_server_and_leaves_it_running()
    {
        await using var first = await StartAsync();
        await using (var second = await StartAsync())
        {
            Assert.That(second.StartedHere, Is.False);
            Assert.That(second.ConnectionString, Is.EqualTo(first.ConnectionString));
        }

        Assert.That(await AskAsync(first, "SELECT 'still here'"), Is.EqualTo("still here"));
    }

    [Test]
    public async Task Parallel_starts_on_one_directory_share_one_server()
    {
        var all = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(StartAsync)));

        Assert.That(all.Count(p => p.StartedHere), Is.EqualTo(1));
        Assert.That(all.Select(p => p.ConnectionString).Distinct().Count(), Is.EqualTo(1));
        await all.Single(p => p.StartedHere).DisposeAsync();
    }

    [Test]
    public async Task Data_outlives_a_stop_and_the_kill_of_the_server()
    {
        await using (var first = await StartAsync())
        {
            await AskAsync(first, "CREATE TABLE kept AS SELECT 'kept' AS word");
        }

        Assert.That(File.Exists(PidFile), Is.False);
        var second = await StartAsync();
        await AskAsync(second, "UPDATE kept SET word = 'kept twice'");
        Process.GetProcessById(PostmasterId()).Kill();

        await using var third = await StartAsync();

        Assert.That(third.StartedHere, Is.True);
        Assert.That(await AskAsync(third, "SELECT word FROM kept"), Is.EqualTo("kept twice"));
    }

    [Test]
    public async Task A_stale_pid_file_that_names_a_living_stranger_does_not_stop_the_start()
    {
        var postgres = await StartAsync();
        var lines = await File.ReadAllLinesAsync(PidFile);
        await postgres.DisposeAsync();
        // A stranger of the server's own account: PostgreSQL takes no other for a server of this cluster.
        await using var stranger = await LocalServer.StartAsync(new() { Durable = false }, CancellationToken.None);
        lines[0] = File.ReadLines(Path.Combine(stranger.DataDirectory, "cluster", "data", "postmaster.pid")).First();
        await File.WriteAllLinesAsync(PidFile, lines);

        await using var next = await StartAsync();

        Assert.That(next.StartedHere, Is.True);
        Assert.That(await AskAsync(next, "SELECT 'well'"), Is.EqualTo("well"));
    }

    [Test]
    public async Task A_cluster_left_half_made_is_made_anew()
    {
        var unfinished = Directory.CreateDirectory(Path.Combine(directory, "cluster", "data.new"));
        await File.WriteAllTextAsync(Path.Combine(unfinished.FullName, "PG_VERSION"), "0");
        await File.WriteAllTextAsync(Path.Combine(directory, "lock"), "");

        await using var postgres = await StartAsync();

        Assert.That(await AskAsync(postgres, "SELECT 'well'"), Is.EqualTo("well"));
    }

    [Test]
    public async Task A_wrong_password_is_refused()
    {
        await using var postgres = await StartAsync();
        var wrong = new NpgsqlConnectionStringBuilder(postgres.ConnectionString) { Password = "wrong" }.ConnectionString;

        Assert.That(() => AskAsync(wrong, "SELECT ''"), Throws.InstanceOf<PostgresException>().With.Property("SqlState").EqualTo("28P01"));
    }

    [Test]
    [UnsupportedOSPlatform("windows")]
    [Platform(Exclude = "Win", Reason = "File modes are Unix's; on Windows the directory inherits its owner's access list.")]
    public async Task The_password_is_for_its_owner_alone()
    {
        await using var postgres = await StartAsync();

        Assert.That((int)File.GetUnixFileMode(Path.Combine(directory, "password")), Is.EqualTo(Convert.ToInt32("600", 8)));
        Assert.That(Directory.EnumerateFiles(directory, "password*", SearchOption.AllDirectories).Count(), Is.EqualTo(1));
    }

    [Test]
    public async Task A_throwaway_is_gone_after_use()
    {
        var postgres = await LocalServer.StartAsync(new() { Durable = false }, CancellationToken.None);
        Assert.That(await AskAsync(postgres, "SHOW fsync"), Is.EqualTo("off"));

        await postgres.DisposeAsync();

        Assert.That(Directory.Exists(postgres.DataDirectory), Is.False);
        Assert.That(() => AskAsync(postgres, "SELECT ''"), Throws.InstanceOf<NpgsqlException>());
    }

    [Test]
    public async Task A_throwaway_whose_owner_was_killed_is_cleared_away_by_the_next()
    {
        await using var first = await LocalServer.StartAsync(new() { Durable = false }, CancellationToken.None);
        // Runs among the throwaways with nobody holding its lock, as one does whose owner is dead.
        var home = Path.Combine(Path.GetDirectoryName(first.DataDirectory)!, $"abandoned-{Guid.NewGuid():N}");
        var abandoned = await LocalServer.StartAsync(new() { DataDirectory = home }, CancellationToken.None);

        await using var next = await LocalServer.StartAsync(new() { Durable = false }, CancellationToken.None);

        Assert.That(Directory.Exists(home), Is.False);
        Assert.That(() => AskAsync(abandoned, "SELECT ''"), Throws.InstanceOf<NpgsqlException>());
        Assert.That(await AskAsync(first, "SELECT 'in use, so left alone'"), Is.EqualTo("in use, so left alone"));
    }

    [Test]
    public async Task A_directory_with_other_things_in_it_is_not_taken_over()
    {
        await File.WriteAllTextAsync(Path.Combine(directory, "thesis.txt"), "years of work");

        Assert.That(StartAsync, Throws.InvalidOperationException.With.Message.Contains("is not empty"));
        Assert.That(File.Exists(Path.Combine(directory, "thesis.txt")), Is.True);
    }

    [Test]
    public void Without_PostgreSQL_the_message_names_three_ways_out()
    {
        var options = new LocalServerOptions { DataDirectory = directory, BinaryDirectories = [directory] };

        Assert.That(
            () => LocalServer.StartAsync(options, CancellationToken.None),
            Throws.TypeOf<LocalServerUnavailableException>()
                .With.Message.Contains("install PostgreSQL").And.Message.Contains("docker compose up").And.Message.Contains("ConnectionStrings__Postgres"));
    }

    [Test]
    public async Task A_cluster_of_a_missing_PostgreSQL_version_is_recognised()
    {
        await (await StartAsync()).DisposeAsync();
        await File.WriteAllTextAsync(Path.Combine(directory, "cluster", "data", "PG_VERSION"), "7\n");

        Assert.That(StartAsync, Throws.TypeOf<LocalServerUnavailableException>().With.Message.Contains("made by PostgreSQL 7"));
    }

    private Task<LocalServer> StartAsync() => LocalServer.StartAsync(new() { DataDirectory = directory }, CancellationToken.None);

    private int PostmasterId() => int.Parse(File.ReadLines(PidFile).First());

    private static Task<string?> AskAsync(LocalServer postgres, string sql) => AskAsync(postgres.ConnectionString, sql);

    private static async Task<string?> AskAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (string?)await command.ExecuteScalarAsync();
    }
}
