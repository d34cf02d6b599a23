using System.Diagnostics;
using System.Net;
using WebApp.Tests.Support;

namespace WebApp.Tests.Platform.Http;

/// <summary>What an orchestrator asks, and anybody else may.</summary>
public sealed class HealthTests : OwnApp
{
    [Test]
    public async Task However_many_ask_whether_it_is_ready_the_database_is_asked_once_a_second()
    {
        var queries = 0;
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Npgsql",
            Sample = (ref _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                if ((activity.GetTagItem("db.query.text") ?? activity.GetTagItem("db.statement")) is "SELECT 1" && activity.GetTagItem("db.namespace") is string name && App.ConnectionString.Contains(name, StringComparison.Ordinal))
                {
                    Interlocked.Increment(ref queries);
                }
            },
        };
        ActivitySource.AddActivityListener(listener);
        using var http = App.NewClient();
        var since = Stopwatch.GetTimestamp();
        for (var round = 0; round < 3; round++)
        {
            App.Clock.Advance(TimeSpan.FromMinutes(1));
            var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => http.GetAsync(new Uri("/health/ready", UriKind.Relative))));
            Assert.That(answers.Select(answer => answer.StatusCode), Is.All.EqualTo(HttpStatusCode.OK));
            Array.ForEach(answers, answer => answer.Dispose());
        }

        // One each time the clock moved on by itself, and once for each second that all this took.
        Assert.That(queries, Is.InRange(3, 3 + (int)Stopwatch.GetElapsedTime(since).TotalSeconds + 1));
    }
}
