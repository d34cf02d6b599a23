using Microsoft.Extensions.Options;
using WebApp.Platform.Mail;
using WebApp.Platform.Mail.Transports;
using WebApp.Platform.Startup;
using WebApp.Tests.Support;

namespace WebApp.Tests.Platform.Mail;

/// <summary>Connections to a real server, kept from mail to mail.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class MailConnectionsTests : IAsyncDisposable
{
    private readonly SmtpServer server = new();
    private readonly MailConnections connections;

    public MailConnectionsTests() => connections = new(NewTransport(server), TimeProvider.System);

    public async ValueTask DisposeAsync()
    {
        connections.Dispose();
        await server.DisposeAsync();
    }

    [Test]
    public async Task Mails_one_after_another_go_over_one_connection()
    {
        for (var i = 0; i < 10; i++)
        {
            Assert.That(await SendAsync(), Is.TypeOf<DeliveryResult.Accepted>());
        }

        Assert.That((server.Received.Count, server.Connections), Is.EqualTo((10, 1)));
    }

    [Test]
    public async Task Mails_at_once_go_over_a_connection_each()
    {
        var all = new TaskCompletionSource();
        var waiting = 0;
        server.Before = async (verb, _, cancel) =>
        {
            if (verb == "RCPT" && Interlocked.Increment(ref waiting) == 3)
            {
                all.SetResult();
            }

            await (verb == "RCPT" ? all.Task.WaitAsync(cancel) : Task.CompletedTask);
            return null;
        };

        await Task.WhenAll(SendAsync(), SendAsync(), SendAsync());

        Assert.That((server.Received.Count, server.Connections), Is.EqualTo((3, 3)));
    }

    [Test]
    public async Task A_kept_connection_that_the_server_closed_costs_no_attempt()
    {
        await SendAsync();
        await server.CutAsync();

        Assert.That(await SendAsync(), Is.TypeOf<DeliveryResult.Accepted>());
        Assert.That((server.Received.Count, server.Connections), Is.EqualTo((2, 2)));
    }

    [Test]
    public async Task A_new_connection_that_the_server_cuts_is_not_tried_twice()
    {
        server.HangUpAt = "MAIL";

        Assert.That(await SendAsync(), Is.TypeOf<DeliveryResult.Deferred>());
        Assert.That(server.Connections, Is.EqualTo(1));
    }

    [TestCase("550 no such user")]
    [TestCase("450 greylisted")]
    public async Task After_a_refusal_the_next_mail_is_sent(string answer)
    {
        await SendAsync();
        server.Answers["RCPT"] = answer;
        Assert.That(await SendAsync(), Is.InstanceOf<DeliveryResult.Failure>());
        server.Answers.Clear();

        Assert.That(await SendAsync(), Is.TypeOf<DeliveryResult.Accepted>());
        Assert.That(server.Received, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task A_connection_is_closed_when_it_is_not_used_for_a_while()
    {
        var timers = new HeldTimers();
        using var others = new MailConnections(NewTransport(server), timers);
        await others.SendAsync(NewMail(), default);
        Assert.That(server.OpenConnections, Is.EqualTo(1));

        timers.Elapse(TimeSpan.FromSeconds(10));

        await Patience.UntilAsync(() => Task.FromResult(server.OpenConnections == 0));
    }

    private static MailKitTransport NewTransport(SmtpServer server) => new(
        Options.Create(new EmailOptions { From = "accounts@example.org", Smtp = { Host = "127.0.0.1", Port = server.Port } }),
        Options.Create(new AppOptions { BaseUrl = new("https://example.org") }),
        TimeProvider.System);

    private static OutgoingMail NewMail() => new(Guid.CreateVersion7(), "ada@example.net", new("Hello", "text", "<p>html</p>"));

    private Task<DeliveryResult> SendAsync() => connections.SendAsync(NewMail(), CancellationToken.None);

    /// <summary>Timers that elapse when the test says so.</summary>
    private sealed class HeldTimers : TimeProvider
    {
        private readonly List<(Action Callback, TimeSpan Due)> timers = [];

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            timers.Add((() => callback(state), dueTime));
            return System.CreateTimer(_ => { }, null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        public void Elapse(TimeSpan span)
        {
            foreach (var (callback, _) in timers.Where(timer => timer.Due <= span))
            {
                callback();
            }
        }
    }
}
