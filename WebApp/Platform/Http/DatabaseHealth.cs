using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace WebApp.Platform.Http;

/// <summary>
/// Checks that the database answers. The endpoint is public, so a result is kept for <see cref="Kept"/>, and concurrent requests wait for the same query:
/// the database is queried at most once a second.
/// </summary>
internal sealed class DatabaseHealth(NpgsqlDataSource database, LogIntervals intervals, ILogger<DatabaseHealth> logger, TimeProvider clock) : IHealthCheck
{
    /// <summary>How long a result is reused.</summary>
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
                // Not cancelled with the request that started it: other requests wait for it too. The command has its own timeout.
                (answer, askedAt) = (AskAsync(), now);
            }

            return answer.WaitAsync(cancellationToken);
        }
    }

    private async Task<HealthCheckResult> AskAsync()
    {
        await Task.Yield(); // So that the query does not start inside the lock.
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
