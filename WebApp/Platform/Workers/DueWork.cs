using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Npgsql;
using WebApp.Platform.Data;
using WebApp.Platform.Time;

namespace WebApp.Platform.Workers;

/// <summary>A row with the last run of recurring work. With it, a restart does not delay the work, and several nodes do not repeat it.</summary>
public sealed class DueWork
{
    /// <summary>The work's name.</summary>
    public required string Name { get; init; }

    /// <summary>The start of the last run that completed (UTC).</summary>
    public required DateTimeOffset DoneAt { get; init; }
}

internal sealed class DueWorkModel : IEntityTypeConfiguration<DueWork>
{
    public void Configure(EntityTypeBuilder<DueWork> work)
    {
        work.ToTable("due_work");
        work.HasKey(w => w.Name);
    }
}

/// <summary>Runs recurring work if it is due.</summary>
public sealed class DueWorks(DirectDatabase database, TimeProvider clock)
{
    private const string AddSql = "INSERT INTO due_work (name, done_at) VALUES ($1, 'epoch') ON CONFLICT DO NOTHING";

    // A time in the future was written by a clock that has been set back since.
    private const string TakeSql = "SELECT 1 FROM due_work WHERE name = $1 AND (done_at <= $2 - $3 OR done_at > $2 + $4) FOR UPDATE SKIP LOCKED";

    private const string DoneSql = "UPDATE due_work SET done_at = $2 WHERE name = $1";

    /// <summary>
    /// Runs the work if it was not done within the interval and no node is running it. Returns false if it was not due. Work that fails or is cancelled stays due.
    /// </summary>
    public async Task<bool> RunAsync(string name, TimeSpan interval, Func<CancellationToken, Task> work, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        await using var connection = await database.OpenConnectionAsync(cancel);
        await ExecuteAsync(connection, AddSql, cancel, name);

        // The row is locked while the work runs; if the node crashes, the lock is released at once.
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await using (var take = Command(connection, TakeSql, name, now, interval, ClockJump.Tolerance))
        {
            if (await take.ExecuteScalarAsync(cancel) is null)
            {
                return false;
            }
        }

        await work(cancel);
        await ExecuteAsync(connection, DoneSql, cancel, name, now);
        await transaction.CommitAsync(cancel);
        return true;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancel, params object[] values)
    {
        await using var command = Command(connection, sql, values);
        await command.ExecuteNonQueryAsync(cancel);
    }

    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql, params object[] values)
    {
        var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values)
        {
            command.Parameters.Add(new() { Value = value });
        }

        return command;
    }
}

/// <summary>A worker for one recurring work: checks soon after the start whether it is due, and then every interval, at least every few minutes.</summary>
/// <param name="name">The work's name in <c>due_work</c>.</param>
/// <param name="interval">The interval between runs, over all nodes.</param>
/// <param name="due">Runs the work if it is due.</param>
/// <param name="clock">The clock for the checks.</param>
public abstract class DueWorker(string name, TimeSpan interval, DueWorks due, TimeProvider clock) : BackgroundService
{
    /// <summary>The time from the start to the first check, so that the first requests are not delayed.</summary>
    public static readonly TimeSpan FirstLook = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);

    /// <summary>Runs the work.</summary>
    public abstract Task RunAsync(CancellationToken cancel);

    /// <summary>Logs a failure. The work stays due.</summary>
    protected abstract void PutOff(Exception failure);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        for (var pause = FirstLook; ; pause = interval < LongestPause ? interval : LongestPause)
        {
            await Task.Delay(pause, clock, stoppingToken);
            try
            {
                await due.RunAsync(name, interval, RunAsync, stoppingToken);
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                PutOff(failure);
            }
        }
    }
}
