using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace WebApp.Platform.Http;

/// <summary>
/// Whether the database answers. Anybody may ask, so the answer is kept for <see cref="Kept"/> and those who ask meanwhile wait for the same query: however
/// many ask, the database is asked once a second.
/// </summary>
internal sealed class DatabaseHealth(NpgsqlDataSource database, LogIntervals intervals, ILogger<DatabaseHealth> logger, TimeProvider clock) : IHealthCheck
{
    /// <summary>How long an answer is given again.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromSeconds(1);

    private readonly Lock turn = new();
    private Task<HealthCheckResult>? answer;
    private DateTimeOffset askedAt;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        lock (turn)
        {
            var now = clock.GetUtcNow();
            if (answer is null || (answer.IsCompleted && (now - askedAt >= Kept || now < askedAt)))
            {
                // Not cancelled with the request that began it: others wait for it too. The command has its own timeout.
                (answer, askedAt) = (AskAsync(), now);
            }

            return answer.WaitAsync(cancellationToken);
        }
    }

    private async Task<HealthCheckResult> AskAsync()
    {
        await Task.Yield(); // Not within the lock.
        try
        {
            await using var command = database.CreateCommand("SELECT 1");
            await command.ExecuteScalarAsync(CancellationToken.None);
            return HealthCheckResult.Healthy();
        }
        catch (NpgsqlException failure)
        {
            var reason = FailureRecorder.Reason(failure);
            if (intervals.IsDue(typeof(NpgsqlException), out var omitted))
            {
                Log.NotReady(logger, reason, omitted);
            }

            return HealthCheckResult.Unhealthy(reason);
        }
    }
}
