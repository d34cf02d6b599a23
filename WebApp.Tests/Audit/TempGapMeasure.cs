using Microsoft.Extensions.DependencyInjection;
using WebApp.Audit;
using WebApp.Data;
using WebApp.Hosting;
using WebApp.Tests.Support;

namespace WebApp.Tests.Audit;

public sealed class TempGapMeasure
{
    [Test]
    public async Task Measure()
    {
        await using var app = await TestApp.StartAsync();
        List<double> gaps = [];
        for (var i = 0; i < 200; i++)
        {
            await using var scope = app.Services.CreateAsyncScope();
            var db = scope.ServiceProvider.GetRequiredService<AppDbContext>();
            app.Services.GetRequiredService<AuditTrail>().Add(db, SecurityEventKind.SignedIn, new ClientInfo(System.Net.IPAddress.IPv6Loopback, "curl/8"), Guid.NewGuid());
            await db.SaveChangesAsync();
            var watch = System.Diagnostics.Stopwatch.StartNew();
            while (await app.QueryAsync<long>("SELECT count(*) FROM security_events WHERE seq IS NULL") > 0)
            {
            }

            gaps.Add(watch.Elapsed.TotalMilliseconds);
            await Task.Delay(Random.Shared.Next(100));
        }

        gaps.Sort();
        TestContext.Out.WriteLine($"min {gaps[0]:0} p50 {gaps[100]:0} p90 {gaps[180]:0} p99 {gaps[198]:0} max {gaps[^1]:0}");
    }
}
