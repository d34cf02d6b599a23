using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using Npgsql;
using WebApp.Data;

namespace WebApp.Tests.Mail;

// STAND-IN: to be replaced by the shared test database once there is one. Only CreateAsync is used elsewhere.

/// <summary>A throwaway PostgreSQL for these tests; every call gives a database of its own with all tables.</summary>
[SetUpFixture]
public sealed class OutboxDatabase
{
    // The context takes Identity's schema version from the application's options.
    private static readonly ServiceProvider Services = new ServiceCollection()
        .Configure<IdentityOptions>(identity => identity.Stores.SchemaVersion = IdentitySchemaVersions.Version3)
        .BuildServiceProvider();

    private static readonly Lazy<Task<LocalPostgres>> Server = new(StartAsync);
    private static int databases;

    /// <summary>A fresh database.</summary>
    public static async Task<IDbContextFactory<AppDbContext>> CreateAsync()
    {
        var server = (await Server.Value).ConnectionString;
        var name = $"outbox_{Interlocked.Increment(ref databases)}";
        await using var admin = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(server) { Database = "postgres", Pooling = false });
        await using var create = admin.CreateCommand($"CREATE DATABASE {name} TEMPLATE webapp");
        await create.ExecuteNonQueryAsync();
        // Persist Security Info, so that a test can open further connections from what a context tells.
        return Factory(new(server) { Database = name, PersistSecurityInfo = true });
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        if (Server.IsValueCreated)
        {
            NpgsqlConnection.ClearAllPools();
            await (await Server.Value).DisposeAsync();
        }
    }

    private static async Task<LocalPostgres> StartAsync()
    {
        var server = await LocalPostgres.StartAsync(new() { Durable = false }, CancellationToken.None);
        await using var template = await Factory(new(server.ConnectionString) { Pooling = false }).CreateDbContextAsync();
        await template.Database.EnsureCreatedAsync();
        return server;
    }

    private static PooledDbContextFactory<AppDbContext> Factory(NpgsqlConnectionStringBuilder connection) => new(
        new DbContextOptionsBuilder<AppDbContext>().UseNpgsql(connection.ConnectionString).UseApplicationServiceProvider(Services).Options);
}
