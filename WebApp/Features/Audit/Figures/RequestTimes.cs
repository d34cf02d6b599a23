using System.Diagnostics;

namespace WebApp.Features.Audit.Figures;

/// <summary>Measures the duration of requests, for the console's charts.</summary>
/// <remarks>ASP.NET Core's own measurement also determines method, route and status, which are not needed here.</remarks>
public static class RequestTimes
{
    extension(WebApplication app)
    {
        /// <summary>Measures all middleware after it. A request that completes synchronously gets no state machine.</summary>
        public void UseRequestTimes()
        {
            var tally = app.Services.GetRequiredService<MetricCollector>().Requests;
            app.Use(next => context =>
            {
                var began = Stopwatch.GetTimestamp();
                var task = next(context);
                if (!task.IsCompletedSuccessfully)
                {
                    return WaitAsync(task, tally, began);
                }

                tally.Add(Stopwatch.GetElapsedTime(began));
                return task;
            });
        }
    }

    private static async Task WaitAsync(Task task, TimeTally tally, long began)
    {
        try
        {
            await task;
        }
        finally
        {
            tally.Add(Stopwatch.GetElapsedTime(began));
        }
    }
}

/// <summary>Durations in milliseconds that this percentage of all did not exceed; null if there are none.</summary>
public sealed record Percentiles(double? P50, double? P95, double? P99)
{
    /// <summary>Calculates them from counts per bucket.</summary>
    public static Percentiles FromBuckets(ReadOnlySpan<long> buckets) =>
        new(TimeScale.Percentile(buckets, 0.5), TimeScale.Percentile(buckets, 0.95), TimeScale.Percentile(buckets, 0.99));
}
