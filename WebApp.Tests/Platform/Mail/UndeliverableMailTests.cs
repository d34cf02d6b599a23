using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using WebApp.Platform.Data;
using WebApp.Platform.Mail;
using WebApp.Platform.Mail.Messages;
using WebApp.Tests.Features.Alerts;
using WebApp.Tests.Support;

namespace WebApp.Tests.Platform.Mail;

/// <summary>The application before a real mail server that hangs, greylists, tarpits, and comes back after hours.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class UndeliverableMailTests : IAsyncDisposable
{
    private const string Notice = "new-device";

    private readonly SmtpServer server = new();
    private readonly TaskCompletionSource tarpit = new();
    private readonly ConcurrentDictionary<string, bool> held = new();
    private TestApp app = null!;

    [SetUp]
    public Task StartAsync() => StartAsync([]);

    public async ValueTask DisposeAsync()
    {
        tarpit.TrySetResult();
        await app.DisposeAsync();
        await server.DisposeAsync();
    }

    [Test]
    public async Task A_sign_in_code_is_delivered_while_a_domain_hangs_and_before_200_notices_that_were_queued_first()
    {
        Hold(to => to.StartsWith("notice", StringComparison.Ordinal));
        await QueueAsync(Notice, [.. Enumerable.Range(0, 200).Select(i => i % 5 == 0 ? $"notice{i}@hanging.example" : $"notice{i}@domain{i % 30}.example")]);
        await Patience.UntilAsync(() => Task.FromResult(held.Keys.Any(to => to.EndsWith("@hanging.example", StringComparison.Ordinal))));

        await QueueAsync(SignInCodeMail.Kind, "code@example.org");

        await ArrivedAsync("code@example.org");
        Assert.That(server.Received, Has.Count.EqualTo(1), "The notices wait still.");
        tarpit.SetResult();
        await Patience.UntilAsync(() => Task.FromResult(server.Received.Count == 1 + 160));
        Assert.That(server.Received.Select(mail => mail.To[0]), Has.None.EndsWith("@hanging.example"), "These hang still.");
    }

    [Test]
    public async Task A_sign_in_code_is_delivered_to_a_domain_whose_notices_are_tarpitted()
    {
        Hold(to => to.StartsWith("notice", StringComparison.Ordinal));
        await QueueAsync(Notice, [.. Enumerable.Range(0, 20).Select(i => $"notice{i}@slow.example")]);
        await Patience.UntilAsync(() => Task.FromResult(!held.IsEmpty));

        await QueueAsync(SignInCodeMail.Kind, "code@slow.example");

        await ArrivedAsync("code@slow.example");
        Assert.That(server.Received, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Sign_in_codes_to_a_domain_that_hangs_do_not_keep_another_domains_code_waiting()
    {
        Hold(to => to.EndsWith("@hanging.example", StringComparison.Ordinal));
        await QueueAsync(SignInCodeMail.Kind, [.. Enumerable.Range(0, 20).Select(i => $"code{i}@hanging.example")]);
        await Patience.UntilAsync(() => Task.FromResult(held.Count == 3));

        await QueueAsync(SignInCodeMail.Kind, "code@example.org");

        await ArrivedAsync("code@example.org");
        Assert.That(held, Has.Count.EqualTo(3), "A quarter of eight places, and one more for codes.");
    }

    [Test]
    public async Task Resets_are_delivered_before_notices_that_were_queued_first()
    {
        Hold(_ => true);
        await QueueAsync(Notice, [.. Enumerable.Range(0, 40).Select(i => $"notice{i}@domain{i}.example")]);
        await Patience.UntilAsync(() => Task.FromResult(held.Count == 4));
        await QueueAsync(ResetPasswordMail.Kind, [.. Enumerable.Range(0, 10).Select(i => $"reset{i}@domain{i}.example")]);
        await Patience.UntilAsync(() => Task.FromResult(held.Count == 6));

        tarpit.SetResult();

        await Patience.UntilAsync(() => Task.FromResult(server.Received.Count == 50));
        var order = server.Received.Select(mail => mail.To[0]).ToList();
        Assert.That(order.FindLastIndex(to => to.StartsWith("reset", StringComparison.Ordinal)), Is.LessThan(30), "Only the few notices that were on their way went first.");
    }

    [Test]
    public async Task Codes_and_links_that_expired_during_an_outage_are_dropped_and_marked_and_notices_are_sent()
    {
        server.Answers["MAIL"] = "451 not now";
        await QueueAsync(SignInCodeMail.Kind, "code@example.org");
        await QueueAsync(ResetPasswordMail.Kind, "reset@example.org");
        await QueueAsync(Notice, "notice@example.org");
        await Patience.UntilAsync(async () => await app.QueryAsync<long>("SELECT count(*) FROM outbox_messages WHERE attempts > 0") == 3);

        app.Clock.Advance(TimeSpan.FromHours(3));
        server.Answers.Clear();
        await QueueAsync(ConfirmEmailMail.Kind, "later@example.org");

        await ArrivedAsync("later@example.org");
        await ArrivedAsync("notice@example.org");
        await Patience.UntilAsync(async () => await app.QueryAsync<long>("SELECT count(*) FROM outbox_messages WHERE sent_at IS NULL AND failed_at IS NULL") == 0);
        Assert.That(server.Received.Select(mail => mail.To[0]), Is.EquivalentTo(["later@example.org", "notice@example.org"]));
        Assert.That(await app.QueryAsync<long>("SELECT count(*) FROM outbox_messages WHERE expired AND sent_at IS NULL AND body IS NULL AND kind IN ('sign-in-code', 'reset-password')"), Is.EqualTo(2));
    }

    [Test]
    public async Task A_greylisted_code_is_delivered_at_a_later_try()
    {
        var seen = new ConcurrentDictionary<string, bool>();
        server.Before = (verb, to, _) => Task.FromResult(verb == "RCPT" && seen.TryAdd(to, true) ? "450 4.2.0 greylisted" : null);

        await QueueAsync(SignInCodeMail.Kind, "code@example.org");

        await ArrivedAsync("code@example.org");
        await Patience.UntilAsync(async () => await app.QueryAsync<int>("SELECT attempts FROM outbox_messages WHERE sent_at IS NOT NULL") == 2);
    }

    [Test]
    public async Task A_webhook_receiver_that_hangs_gets_two_requests_at_once_and_holds_no_mail()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        var requests = 0;
        receiver.Before = cancel =>
        {
            Interlocked.Increment(ref requests);
            return tarpit.Task.WaitAsync(cancel);
        };
        await app.DisposeAsync();
        await StartAsync([$"Alerts:Webhook:Url={receiver.Url}", $"Alerts:Webhook:Secret={AlertScene.Secret}"]);
        await using var db = await app.Services.GetRequiredService<IDbContextFactory<AppDbContext>>().CreateDbContextAsync();
        for (var i = 0; i < 10; i++)
        {
            app.Services.GetRequiredService<Outbox>().AddWebhook(db, "{}"u8.ToArray(), "test");
        }

        await db.SaveChangesAsync();
        await Patience.UntilAsync(() => Task.FromResult(Volatile.Read(ref requests) == 2));

        await QueueAsync(Notice, "notice@example.org");

        await ArrivedAsync("notice@example.org");
        Assert.That(Volatile.Read(ref requests), Is.EqualTo(2));
        tarpit.SetResult();
        await Patience.UntilAsync(() => Task.FromResult(receiver.Received.Count == 10));
    }

    // At the recipient, as a server that asks another one does.
    private void Hold(Func<string, bool> which) => server.Before = async (verb, to, cancel) =>
    {
        if (verb == "RCPT" && which(to))
        {
            held[to] = true;
            await (to.EndsWith("@hanging.example", StringComparison.Ordinal) ? SmtpServer.HangAsync(cancel) : tarpit.Task.WaitAsync(cancel));
        }

        return null;
    };

    private async Task StartAsync(string[] settings) => app = await TestApp.StartAsync(
        settings: ["Email:Smtp:Host=127.0.0.1", $"Email:Smtp:Port={server.Port}", "Email:From=accounts@example.org", .. settings]);

    private Task ArrivedAsync(string to) => Patience.UntilAsync(() => Task.FromResult(server.Received.Any(mail => mail.To[0] == to)));

    private async Task QueueAsync(string kind, params string[] recipients)
    {
        await using var db = await app.Services.GetRequiredService<IDbContextFactory<AppDbContext>>().CreateDbContextAsync();
        foreach (var to in recipients)
        {
            app.Services.GetRequiredService<Outbox>().Add(db, to, new("Subject", "text", "<p>html</p>"), kind);
        }

        await db.SaveChangesAsync();
    }
}
