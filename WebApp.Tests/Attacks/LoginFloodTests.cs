using System.Diagnostics;
using System.Net;
using WebApp.Platform.Http.Limits;
using WebApp.Tests.Benchmarks;
using WebApp.Tests.Support;

namespace WebApp.Tests.Attacks;

/// <summary>
/// A short flood of wrong logins from 64 clients, at the limits as they are shipped: what it may be answered, and whom it may not touch.
/// How long others wait meanwhile is for <c>./dev bench flood</c>.
/// </summary>
public sealed class LoginFloodTests
{
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(3);

    [TestCase(1, TestName = "A_login_flood_from_one_address_harms_nobody")]
    [TestCase(64, TestName = "A_login_flood_from_64_addresses_harms_nobody")]
    public async Task A_login_flood_harms_nobody(int addresses)
    {
        // A hash of 25 ms and a short queue, so that the flood meets every bound there is.
        await using var app = await TestApp.StartAsync(settings: ["Protection:IpPermitsPerMinute=60", "Password:WorkFactor=9", "Password:QueueLength=8"]);
        var user = await app.CreateUserAsync();
        using var http = app.NewClient();
        var api = new ApiClient(http);
        var token = (await api.LoginAsync(user)).Access;
        GC.Collect();
        var memory = GC.GetTotalMemory(forceFullCollection: true);

        var started = Stopwatch.GetTimestamp();
        using var flood = LoginFlood.Start(app.BaseAddress, addresses);
        var calls = 0;
        for (var since = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(since) < Duration; calls++)
        {
            Assert.That((await api.GetAsync("/me", token)).Status, Is.EqualTo(HttpStatusCode.OK));
        }

        var answers = await flood.StopAsync();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(answers.Keys, Is.SubsetOf((int[])[401, 429, 503]));
            Assert.That(answers.GetValueOrDefault(429), Is.InRange(addresses == 1 ? 1 : 0, (1 + Math.Ceiling(Stopwatch.GetElapsedTime(started).TotalSeconds)) * (RefusalPace.PerSecond + LoginFlood.Clients)));
            Assert.That(answers.GetValueOrDefault(401), Is.InRange(1, addresses * (20 + 2)), "a login costs three of sixty a minute");
            Assert.That(calls, Is.Positive);
            Assert.That(GC.GetTotalMemory(forceFullCollection: true) - memory, Is.LessThan(64L << 20));
        }

        TestContext.Out.WriteLine($"{calls} calls of /me; the flood: {string.Join(", ", answers.OrderBy(a => a.Key).Select(a => $"{a.Value} × {a.Key}"))}");
    }
}
