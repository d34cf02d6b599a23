using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using WebApp.Features.Audit.Chain;
using WebApp.Tests.Support;

namespace WebApp.Tests.Features.Accounts.Importing;

/// <summary>What an import costs: time, memory, and the events it leaves to be sealed.</summary>
[Category("Process")]
public sealed class ImportCostTests
{
    [TestCase(10_000)]
    [TestCase(100_000)]
    [Explicit("Measures, and asserts nothing.")]
    public async Task Time_and_memory_of_an_import(int users)
    {
        await using var app = await TestApp.StartAsync(adjust: builder => builder.Services.Remove(builder.Services.Single(service => service.ImplementationType == typeof(AuditWorker))));
        var directory = Directory.CreateTempSubdirectory("webapp-import-").FullName;
        var file = await ForeignUsers.WriteAsync(directory, users);
        var since = Stopwatch.GetTimestamp();
        long peak = 0;
        await using (var import = AppProcess.StartCommand(
            ["import", file], "", ["ASPNETCORE_ENVIRONMENT=Development", $"MASTER_KEY={TestApp.MasterKey}", $"ConnectionStrings__Postgres={app.ConnectionString}"]))
        {
            while (!import.HasEnded)
            {
                peak = Math.Max(peak, import.PeakResidentBytes);
                await Task.Delay(5);
            }

            Assert.That(await import.EndAsync(), Is.Zero, import.Output);
        }

        var took = Stopwatch.GetElapsedTime(since);
        since = Stopwatch.GetTimestamp();
        while (await app.Services.GetRequiredService<AuditSealing>().RunAsync(CancellationToken.None) > 0)
        {
        }

        TestContext.Out.WriteLine($"{users} users in {took.TotalSeconds:F1} s ({users / took.TotalSeconds:F0} a second), {peak >> 20} MiB at most; sealing their events {Stopwatch.GetElapsedTime(since).TotalSeconds:F1} s");
        Directory.Delete(directory, recursive: true);
    }
}
