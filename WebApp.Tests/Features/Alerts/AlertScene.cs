using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using WebApp.Features.Alerts;
using WebApp.Platform.Data;
using WebApp.Tests.Pages;
using WebApp.Tests.Support;

namespace WebApp.Tests.Features.Alerts;

/// <summary>An application of its own whose administrators and webhook receiver the test can see.</summary>
public sealed class AlertScene(TestApp app, WebhookReceiver receiver) : IAsyncDisposable
{
    public const string Administrator = "admin@example.net";

    public const string Secret = "a secret that is exactly known: 42";

    /// <summary>The application.</summary>
    public TestApp App => app;

    /// <summary>Where its webhooks go.</summary>
    public WebhookReceiver Receiver => receiver;

    private Suspicion Rules => app.Services.GetRequiredService<Suspicion>();

    public static async Task<AlertScene> StartAsync(params string[] settings)
    {
        var receiver = await WebhookReceiver.StartAsync();
        return new(await TestApp.StartAsync(settings: [.. Settings(receiver), .. settings]), receiver);
    }

    /// <summary>Another node on the same database.</summary>
    public Task<TestApp> StartSecondAsync() => TestApp.StartAsync(app.ConnectionString, settings: Settings(receiver));

    /// <summary>A refused password, as the sign-in pipeline tells of it.</summary>
    public Task FailAsync(string ip, string account, Guid? user = null, TestApp? node = null) =>
        (node ?? app).Services.GetRequiredService<Suspicion>().SignInFailedAsync(null!, user, account, new(IPAddress.Parse(ip), "curl/8"), CancellationToken.None);

    /// <summary>Calls a rule in a unit of work and saves it.</summary>
    public async Task SaveAsync(Func<Suspicion, AppDbContext, Task> act)
    {
        await using var db = await app.Services.GetRequiredService<IDbContextFactory<AppDbContext>>().CreateDbContextAsync();
        await act(Rules, db);
        await db.SaveChangesAsync();
    }

    /// <summary>The alerts of a kind so far.</summary>
    public Task<long> AlertsAsync(string kind) => app.QueryAsync<long>("SELECT count(*) FROM alerts WHERE kind = $1", kind);

    /// <summary>The events of a kind so far.</summary>
    public Task<long> EventsAsync(string kind) => app.QueryAsync<long>("SELECT count(*) FROM security_events WHERE kind = $1", kind);

    /// <summary>The subjects of mails to administrators.</summary>
    public Task<IReadOnlyList<string>> DigestsAsync() => Mailbox.SubjectsAsync(Administrator, app);

    /// <summary>Waits until the administrators have been notified of all.</summary>
    public Task AllNotifiedAsync() => Patience.UntilAsync(async () => await app.QueryAsync<long>("SELECT count(*) FROM alerts WHERE for_administrators AND told_at IS NULL") == 0);

    /// <summary>Waits until nothing waits in the outbox.</summary>
    public Task AllSentAsync() => Patience.UntilAsync(async () => await app.QueryAsync<long>("SELECT count(*) FROM outbox_messages WHERE sent_at IS NULL AND failed_at IS NULL") == 0);

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        await receiver.DisposeAsync();
    }

    private static string[] Settings(WebhookReceiver receiver) =>
        [$"Alerts:Webhook:Url={receiver.Url}", $"Alerts:Webhook:Secret={Secret}", $"Admin:AlertEmails={Administrator}"];
}
