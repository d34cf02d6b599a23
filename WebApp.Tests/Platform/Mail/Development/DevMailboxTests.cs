using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.TestHost;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using WebApp.Platform.Data;
using WebApp.Platform.Data.Encryption;
using WebApp.Platform.Mail;
using WebApp.Platform.Mail.Development;
using WebApp.Platform.Startup;

namespace WebApp.Tests.Platform.Mail.Development;

/// <summary>The mailbox's programs' side. Its pages are looked at in the browser.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class DevMailboxTests
{
    [Test]
    public async Task Mails_are_listed_newest_first_as_soon_as_they_are_committed()
    {
        await using var app = await StartAsync("Development");
        await QueueAsync(app, "first@example.net", deliver: true);
        await QueueAsync(app, "unknown@example.net", deliver: false);
        await QueueAsync(app, "second@example.net", deliver: true);

        var response = await app.GetTestClient().GetAsync("/dev/mailbox.json");

        var mails = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
        Assert.That(response.Headers.CacheControl!.NoStore, Is.True);
        Assert.That(mails.EnumerateArray().Select(mail => mail.GetProperty("to").GetString()), Is.EqualTo(["second@example.net", "first@example.net"]));
        Assert.That(mails[0].EnumerateObject().Select(member => member.Name), Is.EqualTo(["id", "to", "subject", "text", "html", "sent_at"]));
        Assert.That(mails[0].GetProperty("sent_at").GetDateTimeOffset(), Is.EqualTo(DateTimeOffset.UtcNow).Within(TimeSpan.FromMinutes(1)));
    }

    [Test]
    public async Task The_mails_to_one_address_can_be_asked_for()
    {
        await using var app = await StartAsync("Development");
        await QueueAsync(app, "first@example.net", deliver: true);
        await QueueAsync(app, "second@example.net", deliver: true);

        var mails = JsonDocument.Parse(await app.GetTestClient().GetStringAsync("/dev/mailbox.json?to=First@example.net")).RootElement;

        Assert.That(mails.EnumerateArray().Select(mail => mail.GetProperty("to").GetString()), Is.EqualTo(["first@example.net"]));
    }

    [Test]
    public async Task Html_comes_in_a_sandbox_and_its_links_lead_out_of_the_frame()
    {
        await using var app = await StartAsync("Development");
        var id = await QueueAsync(app, "ada@example.net", deliver: true);

        var response = await app.GetTestClient().GetAsync($"/dev/mailbox/{id}/html");

        Assert.That(response.Headers.GetValues("Content-Security-Policy").Single(), Does.Contain("default-src 'none'").And.Contain("sandbox").And.Contain("frame-ancestors 'self'").And.Not.Contain("script-src").And.Not.Contain("allow-same-origin"));
        Assert.That(await response.Content.ReadAsStringAsync(), Does.Contain("<head><base target=\"_top\">"));
    }

    [Test]
    public async Task Unknown_mail_is_not_found()
    {
        await using var app = await StartAsync("Development");

        Assert.That((await app.GetTestClient().GetAsync($"/dev/mailbox/{Guid.CreateVersion7()}/html")).StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
    }

    [Test]
    public async Task Outside_Development_there_is_no_mailbox([Values("Production", "Testing", "Staging")] string environment, [Values("", ".json", "/{0}", "/{0}/html")] string path)
    {
        await using var app = await StartAsync(environment);
        var id = await QueueAsync(app, "ada@example.net", deliver: true);

        var response = await app.GetTestClient().GetAsync("/dev/mailbox" + path.Replace("{0}", id.ToString(), StringComparison.Ordinal));

        Assert.That((response.StatusCode, await response.Content.ReadAsStringAsync()), Is.EqualTo((HttpStatusCode.NotFound, "")));
    }

    [Test]
    public void Text_is_cut_at_its_links_and_loses_nothing()
    {
        const string Text = "Open\nhttps://example.org/a?b=c\nor http://example.org/ <https://x.org/y>.";

        Assert.That(string.Concat(TextPiece.Cut(Text).Select(piece => piece.Text)), Is.EqualTo(Text));
        Assert.That(TextPiece.Cut(Text).Where(piece => piece.IsLink).Select(piece => piece.Text), Is.EqualTo(["https://example.org/a?b=c", "http://example.org/", "https://x.org/y"]));
    }

    private static async Task<WebApplication> StartAsync(string environment)
    {
        var database = await OutboxDatabase.CreateAsync();
        var builder = App.NewBuilder(new() { EnvironmentName = environment });
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddInMemoryCollection(environment == "Development"
            ? []
            : new Dictionary<string, string?> { ["Email:Smtp:Host"] = "127.0.0.1", ["Email:From"] = "a@example.org" });
        builder.Logging.ClearProviders();
        builder.WebHost.UseTestServer();
        builder.AddMail();
        // What waits shall go on waiting.
        foreach (var worker in builder.Services.Where(service => service.ServiceType == typeof(IHostedService)
            && (service.ImplementationType == typeof(OutboxPruneWorker) || service.ImplementationFactory?.Method.Module == typeof(OutboxWorker).Module)).ToArray())
        {
            builder.Services.Remove(worker);
        }

        builder.Services.Configure<AppOptions>(app => app.BaseUrl = new("https://example.org"));
        builder.Services.AddSingleton(database).AddScoped(_ => database.CreateDbContext());
        // Leaves no keys in the home of whoever runs the tests.
        builder.Services.AddSingleton(new MasterKey(new byte[MasterKey.Size]));
        builder.Services.AddDataProtection().DisableAutomaticKeyGeneration();
        builder.Services.AddSingleton<IDataProtectionProvider>(new EphemeralDataProtectionProvider());
        builder.Services.AddControllersWithViews().AddApplicationPart(typeof(DevMailboxController).Assembly);
        var app = builder.Build();
        app.MapControllers();
        await app.StartAsync();
        return app;
    }

    private static async Task<Guid> QueueAsync(WebApplication app, string to, bool deliver)
    {
        await using var db = await app.Services.GetRequiredService<IDbContextFactory<AppDbContext>>().CreateDbContextAsync();
        app.Services.GetRequiredService<Outbox>().Add(db, to, new("Subject", "text", "<html><head></head>html</html>"), "test", deliver);
        await db.SaveChangesAsync();
        return db.ChangeTracker.Entries<OutboxMessage>().Single().Entity.Id;
    }
}
