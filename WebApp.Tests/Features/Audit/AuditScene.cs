using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using WebApp.Features.Audit;
using WebApp.Features.Audit.Chain;
using WebApp.Platform.Data;
using WebApp.Platform.Http.Client;
using WebApp.Tests.Support;

namespace WebApp.Tests.Features.Audit;

/// <summary>An application whose audit trail is sealed only when told to, so that a test can look at every moment.</summary>
public sealed class AuditScene : IAsyncDisposable
{
    private static readonly ClientInfo Client = new(IPAddress.Parse("203.0.113.7"), "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0");

    private AuditScene(TestApp app) => App = app;

    public TestApp App { get; }

    public static async Task<AuditScene> StartAsync(string? connectionString = null, params string[] settings) => new(await TestApp.StartAsync(
        connectionString, builder => builder.Services.Remove(builder.Services.Single(service => service.ImplementationType == typeof(AuditWorker))), settings));

    /// <summary>Writes events, each in a transaction of its own, and returns their ids.</summary>
    public async Task<Guid[]> WriteAsync(int count, Guid? userId = null, ClientInfo? client = null, string? detail = "wrong password")
    {
        var ids = new Guid[count];
        await using var db = await NewContextAsync();
        for (var i = 0; i < count; i++)
        {
            App.Services.GetRequiredService<AuditTrail>().Add(db, SecurityEventKind.SignInFailed, client ?? Client, userId ?? Guid.NewGuid(), Guid.NewGuid(), detail);
            ids[i] = db.ChangeTracker.Entries<SecurityEvent>().Single().Entity.Id;
            await db.SaveChangesAsync();
            db.ChangeTracker.Clear();
        }

        return ids;
    }

    public Task<AppDbContext> NewContextAsync() => App.Services.GetRequiredService<IDbContextFactory<AppDbContext>>().CreateDbContextAsync();

    public Task<int> SealAsync() => App.Services.GetRequiredService<AuditSealing>().RunAsync(CancellationToken.None);

    public Task<AuditReport> VerifyAsync(params string[] checkpoints) => App.Services.GetRequiredService<AuditVerification>().RunAsync(checkpoints, CancellationToken.None);

    public async Task<string> CheckpointAsync() => (await App.Services.GetRequiredService<AuditCheckpoints>().TakeAsync(CancellationToken.None))!.ToString();

    public Task<long> PruneAsync(TimeSpan keep) => App.Services.GetRequiredService<AuditPruning>().RunAsync(App.Clock.GetUtcNow() - keep, CancellationToken.None);

    public Task<object?> SqlAsync(string sql, params object[] values) => App.QueryAsync<object>(sql, values);

    public async Task AssertWholeAsync(params string[] checkpoints)
    {
        var report = await VerifyAsync(checkpoints);
        Assert.That(report.Faults.Select(fault => fault.ToString()), Is.Empty);
    }

    public ValueTask DisposeAsync() => App.DisposeAsync();
}
