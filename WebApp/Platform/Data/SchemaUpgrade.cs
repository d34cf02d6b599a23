using System.Runtime.ExceptionServices;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace WebApp.Platform.Data;

/// <summary>Applies the missing migrations, one node at a time, while nodes of the previous version use the same tables.</summary>
/// <remarks>
/// A migration waits only briefly for a table's lock. Then it is rolled back, which releases its locks, and is tried again. Otherwise a long transaction would
/// block the migration, and the migration would block all later requests. The wait is shorter than PostgreSQL's <c>deadlock_timeout</c> (1 s), so if a
/// migration and a request wait for each other, the migration is rolled back.
/// </remarks>
public sealed class SchemaUpgrade(DirectDatabase database, DbContextOptions<AppDbContext> options, TimeProvider clock, ILogger<SchemaUpgrade> logger)
{
    /// <summary>The newest migration, and how many there are, so that a start on a current database does not load EF. A test compares both with the migrations.</summary>
    public const string Newest = "20261127170000_PruningAtScale";

    /// <inheritdoc cref="Newest"/>
    public const long Count = 31;

    private const long MigrationLock = 0x6D696772_61746573;
    private const string LimitLockWaits = "SET lock_timeout = '400ms'";
    private const int MostAttempts = 150;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>Applies all missing migrations.</summary>
    /// <exception cref="NpgsqlException">The database cannot be used, or another client held a lock on a table for minutes.</exception>
    public async Task RunAsync(CancellationToken cancel)
    {
        // EF's own lock ends with each migration: if two nodes start on an empty database, the second would run the next migration again.
        await using var lockConnection = await database.OpenConnectionAsync(cancel);
        await using (var wait = new NpgsqlCommand($"SELECT pg_advisory_lock({MigrationLock})", lockConnection) { CommandTimeout = 0 })
        {
            await wait.ExecuteNonQueryAsync(cancel);
        }

        for (var attempt = 1; !await IsCurrentAsync(lockConnection, cancel) && !await TryMigrateAsync(attempt, cancel); attempt++)
        {
            await Task.Delay(Pause, clock, cancel);
        }

        await using var release = new NpgsqlCommand($"SELECT pg_advisory_unlock({MigrationLock})", lockConnection);
        await release.ExecuteNonQueryAsync(cancel);
    }

    // A newer release may have added migrations of its own.
    private static async Task<bool> IsCurrentAsync(NpgsqlConnection connection, CancellationToken cancel)
    {
        await using var table = new NpgsqlCommand("""SELECT to_regclass('"__EFMigrationsHistory"') IS NOT NULL""", connection);
        await using var applied = new NpgsqlCommand("""SELECT count(*) FROM "__EFMigrationsHistory" WHERE "MigrationId" <= $1""", connection) { Parameters = { new() { Value = Newest } } };
        return await table.ExecuteScalarAsync(cancel) is true && await applied.ExecuteScalarAsync(cancel) is Count;
    }

    private async Task<bool> TryMigrateAsync(int attempt, CancellationToken cancel)
    {
        // Creating an index on a large table can take long.
        await using var db = new AppDbContext(new DbContextOptionsBuilder<AppDbContext>(options).UseNpgsql(database.Source, npgsql => npgsql.CommandTimeout(0)).Options);
        await db.Database.OpenConnectionAsync(cancel);
        try
        {
            await db.Database.ExecuteSqlRawAsync(LimitLockWaits, cancel);
            await db.Database.MigrateAsync(cancel);
            return true;
        }
        catch (Exception failure) when (attempt < MostAttempts && Refusal(failure) is { SqlState: PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.DeadlockDetected } busy)
        {
            DataLog.MigrationGaveWay(logger, attempt, busy.MessageText);
            return false;
        }
        catch (InvalidOperationException failure) when (Refusal(failure) is { } refusal)
        {
            ExceptionDispatchInfo.Throw(refusal);
            throw;
        }
        finally
        {
            await db.Database.CloseConnectionAsync();
        }
    }

    // EF wraps errors that may be transient.
    private static PostgresException? Refusal(Exception failure) => failure as PostgresException ?? failure.InnerException as PostgresException;
}
