using System.Diagnostics;

namespace WebApp.Features.Audit.Figures;

/// <summary>Takes the time of requests, for the console's charts.</summary>
/// <remarks>ASP.NET Core's own measurement finds method, route and status first, which nobody here asks for.</remarks>
public static class RequestTimes
{
    extension(WebApplication app)
    {
        /// <summary>Times whatever comes after it. A request that needs no waiting gets no state machine for it.</summary>
        public void UseRequestTimes()
        {
            var tally = app.Services.GetRequiredService<Counting>().Requests;
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

/// <summary>Times that so many of a hundred stayed within, in milliseconds; null where none were taken.</summary>
public sealed record Percentiles(double? P50, double? P95, double? P99)
{
    /// <summary>Of counts by span.</summary>
    public static Percentiles FromBuckets(ReadOnlySpan<long> buckets) =>
        new(TimeScale.Percentile(buckets, 0.5), TimeScale.Percentile(buckets, 0.95), TimeScale.Percentile(buckets, 0.99));
}
