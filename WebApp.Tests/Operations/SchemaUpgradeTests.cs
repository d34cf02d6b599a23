using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using WebApp.Platform.Data;
using WebApp.Tests.Support;

namespace WebApp.Tests.Operations;

/// <summary>A migration waits for whoever uses its tables, and nobody waits for one that waits.</summary>
[Category("Process")]
public sealed class SchemaUpgradeTests
{
    [Test]
    public async Task A_migration_that_waits_for_a_long_transaction_holds_nobody_up()
    {
        await using var scene = await MigrationScene.StartAsync("LOCK TABLE totp_credentials IN ACCESS SHARE MODE");
        await using (var reader = await scene.Database.OpenConnectionAsync())
        await using (var read = new NpgsqlCommand("SELECT count(*) FROM totp_credentials", reader) { CommandTimeout = 5 })
        {
            Assert.That(await read.ExecuteScalarAsync(), Is.Zero);
        }

        await scene.EndsAsync();
    }

    [Test]
    public async Task Of_a_migration_and_a_transaction_that_wait_for_one_another_the_migration_gives_way()
    {
        await using var scene = await MigrationScene.StartAsync("LOCK TABLE totp_credentials IN ROW EXCLUSIVE MODE");
        // The migration changed this table before it came to the other.
        await scene.InTransactionAsync("SELECT count(*) FROM pending_sign_ins");
        await scene.EndsAsync();
    }

    /// <summary>A database of the last release, a transaction that holds a lock there, and an application that starts and waits for it.</summary>
    private sealed class MigrationScene(NpgsqlDataSource database, NpgsqlConnection transaction, Task<TestApp> starting) : IAsyncDisposable
    {
        public NpgsqlDataSource Database => database;

        public static async Task<MigrationScene> StartAsync(string statement)
        {
            var connection = await TestServer.NewEmptyDatabaseAsync();

            // A context of its own: one of the application's pool would go back there with this address.
            var options = TestApp.Shared.Services.GetRequiredService<DbContextOptions<AppDbContext>>();
            await using (var db = new AppDbContext(new DbContextOptionsBuilder<AppDbContext>(options).UseNpgsql(connection).Options))
            {
                await db.GetService<IMigrator>().MigrateAsync(PreviousRelease.LastMigration);
            }

            var database = NpgsqlDataSource.Create(connection);
            var transaction = await database.OpenConnectionAsync();
            await using (var begin = new NpgsqlCommand($"BEGIN; {statement}", transaction))
            {
                await begin.ExecuteNonQueryAsync();
            }

            var scene = new MigrationScene(database, transaction, TestApp.StartAsync(connection));
            await Patience.UntilAsync(async () =>
            {
                await using var waiting = database.CreateCommand(
                    "SELECT count(*) FROM pg_locks JOIN pg_class ON pg_class.oid = relation WHERE NOT granted AND relname = 'totp_credentials' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())");
                return await waiting.ExecuteScalarAsync() is 1L;
            });
            return scene;
        }

        public async Task InTransactionAsync(string statement)
        {
            await using var command = new NpgsqlCommand(statement, transaction);
            await command.ExecuteNonQueryAsync();
        }

        public async Task EndsAsync()
        {
            await InTransactionAsync("COMMIT");
            await using var app = await starting;
            Assert.That(await app.QueryAsync<long>("SELECT count(*) FROM \"__EFMigrationsHistory\" WHERE \"MigrationId\" > $1", PreviousRelease.LastMigration), Is.Positive);
        }

        public async ValueTask DisposeAsync()
        {
            await transaction.DisposeAsync();
            await ((Task)starting).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await database.DisposeAsync();
        }
    }
}
