using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using WebApp.Data.KeyRing;
using WebApp.Platform.Changes;
using WebApp.Platform.Data;
using WebApp.Platform.Data.KeyRing;
using WebApp.Platform.Startup;

namespace WebApp.Operations.Doctor;

/// <summary>Checks the database, its clock, its schema and the keys in it.</summary>
public sealed class DatabaseDiagnosis(
    NpgsqlDataSource database, DirectDatabase direct, DatabaseSettings settings, IDbContextFactory<AppDbContext> contexts, KeyRingRepository keys, MasterKeyDecryptor decryptor, ChangeFeed feed, TimeProvider clock)
{
    private const int OldestVersion = 14;
    private static readonly TimeSpan Slow = TimeSpan.FromMilliseconds(20);

    // Tokens allow a skew of 30 s; a node with more rejects tokens of other nodes as issued in the future.
    private static readonly TimeSpan MostSkew = TimeSpan.FromSeconds(5);

    /// <summary>The findings. <paramref name="isServing"/>: this process listens for changes, which a command does not.</summary>
    public async Task<IReadOnlyList<Finding>> LookAsync(bool isServing, CancellationToken cancel)
    {
        List<Finding> findings = [];
        try
        {
            findings.AddRange(await ServerAsync(cancel));
            findings.AddRange(settings.IsPooled ? [await DirectAsync(cancel)] : []);
            findings.Add(await SchemaAsync(cancel));
            findings.Add(Keys());
        }
        catch (NpgsqlException failure)
        {
            findings.Add(new("database_unusable", Severity.Fault, DataSetup.Unusable(failure), "ConnectionStrings__Postgres=Host=…;Database=…;Username=…;Password=…"));
        }

        if (isServing)
        {
            findings.Add(feed.IsConnected
                ? Finding.Good("database_listener", "Changes are received: memory may answer.")
                : new("database_listener_missing", Severity.Fault, "Changes are not received, so every request asks the database. Poolers that share connections between transactions do that.", "ConnectionStrings__PostgresDirect=Host=<the server itself, not PgBouncer>;…"));
        }

        return findings;
    }

    private async Task<IEnumerable<Finding>> ServerAsync(CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var ask = new NpgsqlCommand("SELECT clock_timestamp()", connection);
        var best = (Took: TimeSpan.MaxValue, Skew: TimeSpan.Zero);
        for (var i = 0; i < 5; i++)
        {
            var (before, watch) = (clock.GetUtcNow(), Stopwatch.StartNew());
            var there = (DateTime)(await ask.ExecuteScalarAsync(cancel))!;
            best = watch.Elapsed < best.Took ? (watch.Elapsed, there - before.UtcDateTime - (watch.Elapsed / 2)) : best;
        }

        var version = connection.PostgreSqlVersion;
        var skew = best.Skew.Duration();
        return
        [
            version.Major < OldestVersion
                ? new("database_old", Severity.Warning, $"PostgreSQL {version} is no longer maintained.", "Upgrade PostgreSQL to 17.")
                : Finding.Good("database_version", $"PostgreSQL {version}."),
            best.Took > Slow
                ? new("database_slow", Severity.Warning, $"The database answers in {best.Took.TotalMilliseconds:0.0} ms; every sign-in asks it a dozen times.", "Run the database in the same data centre.")
                : Finding.Good("database_latency", $"The database answers in {best.Took.TotalMilliseconds:0.0} ms."),
            skew > MostSkew
                ? new("clock_skew", Severity.Fault, $"This clock and the database's differ by {skew.TotalSeconds:0} s: tokens, codes and limits go wrong.", "timedatectl set-ntp true")
                : Finding.Good("clock", $"This clock and the database's differ by {skew.TotalMilliseconds:0} ms."),
        ];
    }

    private async Task<Finding> DirectAsync(CancellationToken cancel)
    {
        const string identitySql = "SELECT s.system_identifier::text || ' ' || current_database() FROM pg_control_system() AS s";
        await using var here = database.CreateCommand(identitySql);
        await using var there = direct.CreateCommand(identitySql);
        return Equals(await here.ExecuteScalarAsync(cancel), await there.ExecuteScalarAsync(cancel))
            ? Finding.Good("database_direct", "The direct address leads to the same database.")
            : new("database_direct_differs", Severity.Fault, "ConnectionStrings:PostgresDirect leads to another database than ConnectionStrings:Postgres.", "ConnectionStrings__PostgresDirect=Host=<the server behind the pooler>;…");
    }

    private async Task<Finding> SchemaAsync(CancellationToken cancel)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel);
        var pending = (await db.Database.GetPendingMigrationsAsync(cancel)).ToArray();
        return pending.Length == 0
            ? Finding.Good("schema", "The schema is up to date.")
            : new("migrations_pending", Severity.Fault, $"{pending.Length} migrations are not applied, the first of them {pending[0]}.", "WebApp migrate");
    }

    private Finding Keys()
    {
        try
        {
            keys.Check(decryptor);
            return Finding.Good("key_ring", "MASTER_KEY opens the key ring.");
        }
        catch (StartupException failure)
        {
            return new("master_key_wrong", Severity.Fault, failure.Message, "MASTER_KEY=<the key this database was first used with>");
        }
    }
}
