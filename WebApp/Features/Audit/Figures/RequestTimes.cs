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
