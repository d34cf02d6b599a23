using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using WebApp.Features.Audit;
using WebApp.Platform.Http.Client;
using WebApp.Tests.Features.Audit;

namespace WebApp.Tests.Benchmarks;

/// <summary>What an event costs its request, and how many can be sealed, verified and pruned in a second.</summary>
internal static class AuditBenchmark
{
    private const int Signed = 50_000;
    private const int Stored = 100_000;

    public static async Task RunAsync(TextWriter output)
    {
        await using var scene = await AuditScene.StartAsync(settings: Quiet.Setting);
        await output.WriteLineAsync("audit trail");
        await AddAsync(scene, Signed, isSigned: true); // Warm.
        foreach (var isSigned in new[] { false, true })
        {
            var (time, bytes) = await AddAsync(scene, Signed, isSigned);
            await output.WriteLineAsync($"  {(isSigned ? "add a signed event" : "add a bare row"),-24} {time.TotalMicroseconds / Signed,10:0.0} µs  {bytes / Signed,8:0} B");
        }

        await StoreAsync(scene, Stored);
        await Report(output, "seal", Stored, async () => await scene.SealAsync());
        await Report(output, "verify", Stored, async () => Assert.That((await scene.VerifyAsync()).IsWhole, Is.True));
        await Report(output, "prune nothing", Stored, async () => await scene.PruneAsync(TimeSpan.FromDays(400)));
        await Report(output, "prune", Stored, async () => await scene.PruneAsync(TimeSpan.FromDays(-1)));
    }

    private static async Task<(TimeSpan Time, long Bytes)> AddAsync(AuditScene scene, int count, bool isSigned)
    {
        var audit = scene.App.Services.GetRequiredService<AuditTrail>();
        var client = new ClientInfo(System.Net.IPAddress.Loopback, "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0");
        await using var db = await scene.NewContextAsync();
        var (since, before) = (Stopwatch.GetTimestamp(), GC.GetAllocatedBytesForCurrentThread());
        for (var i = 0; i < count; i++)
        {
            if (isSigned)
            {
                audit.Add(db, SecurityEventKind.SignedIn, client, Guid.Empty, Guid.Empty, "browser pwd");
            }
            else
            {
                db.SecurityEvents.Add(new() { At = DateTimeOffset.UtcNow, Kind = SecurityEventKind.SignedIn, Ip = client.Ip, UserAgent = client.UserAgent, Detail = "browser pwd" });
            }

            db.ChangeTracker.Clear();
        }

        return (Stopwatch.GetElapsedTime(since), GC.GetAllocatedBytesForCurrentThread() - before);
    }

    /// <summary>Writes unsealed events, a thousand in a transaction.</summary>
    public static async Task StoreAsync(AuditScene scene, int count)
    {
        var audit = scene.App.Services.GetRequiredService<AuditTrail>();
        for (var i = 0; i < count; i += 1000)
        {
            await using var db = await scene.NewContextAsync();
            for (var j = 0; j < 1000; j++)
            {
                audit.Add(db, SecurityEventKind.SignedIn, new ClientInfo(System.Net.IPAddress.Loopback, "curl/8"), Guid.NewGuid(), Guid.NewGuid(), "api pwd");
            }

            await db.SaveChangesAsync();
        }
    }

    private static async Task Report(TextWriter output, string what, int count, Func<Task> act)
    {
        var since = Stopwatch.GetTimestamp();
        await act();
        await output.WriteLineAsync($"  {what,-24} {count / Stopwatch.GetElapsedTime(since).TotalSeconds,10:0} /s");
    }
}
