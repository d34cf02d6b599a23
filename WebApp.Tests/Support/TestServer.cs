using Npgsql;
using WebApp.Operations.LocalPostgres;

// Fixtures run side by side: they share the cluster and, where they can, the application; every test uses data of its own.
[assembly: Parallelizable(ParallelScope.Fixtures)]
[assembly: LevelOfParallelism(4)]

namespace WebApp.Tests.Support;

/// <summary>The throwaway PostgreSQL of this run, started by whoever needs it first.</summary>
public static class TestServer
{
    private static readonly Lazy<Task<LocalServer>> Server = new(() => LocalServer.StartAsync(new() { Durable = false }, CancellationToken.None));
    private static readonly Lazy<Task<string>> Migrated = new(MigrateAsync);
    private static int databases;

    /// <summary>A connection string to a database of the caller's own, with every migration applied.</summary>
    public static async Task<string> NewDatabaseAsync()
    {
        var template = await Migrated.Value;
        return await CreateAsync($"test_{Interlocked.Increment(ref databases)}", template);
    }

    /// <summary>A connection string to an empty database of the caller's own.</summary>
    public static Task<string> NewEmptyDatabaseAsync() => CreateAsync($"empty_{Interlocked.Increment(ref databases)}", "template0");

    /// <summary>Stops the cluster, if it was ever started.</summary>
    public static async Task StopAsync()
    {
        if (Server.IsValueCreated)
        {
            NpgsqlConnection.ClearAllPools();
            await (await Server.Value).DisposeAsync();
        }
    }

    private static async Task<string> CreateAsync(string name, string template)
    {
        var server = new NpgsqlConnectionStringBuilder((await Server.Value).ConnectionString) { Pooling = false, PersistSecurityInfo = true };
        await using var admin = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(server.ConnectionString) { Database = "postgres" }.ConnectionString);
        await admin.OpenAsync();
        await using var create = new NpgsqlCommand($"CREATE DATABASE {name} TEMPLATE {template}", admin);
        await create.ExecuteNonQueryAsync();
        return new NpgsqlConnectionStringBuilder(server.ConnectionString) { Database = name, Pooling = true, MaxPoolSize = 30, Timeout = 5, CommandTimeout = 10 }.ConnectionString;
    }

    // The application itself migrates the template, once.
    private static async Task<string> MigrateAsync()
    {
        const string name = "migrated";
        var connection = new NpgsqlConnectionStringBuilder(await CreateAsync(name, "template0")) { Pooling = false };
        await using (await App.BuildAsync(TestApp.Options([$"--ConnectionStrings:Postgres={connection}"])))
        {
        }

        return name;
    }
}
