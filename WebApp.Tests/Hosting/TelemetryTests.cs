using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Net;
using System.Text;
using WebApp.Hosting;
using WebApp.Tests.Support;

namespace WebApp.Tests.Hosting;

/// <summary>What is counted, and that it leaves.</summary>
public sealed class TelemetryTests
{
    private static readonly string[] Expected =
    [
        "webapp.sign_ins succeeded api", "webapp.sign_ins succeeded browser", "webapp.sign_ins refused api", "webapp.security_events sign_in_failed api",
        "webapp.tokens issued", "webapp.tokens refreshed", "webapp.outbox.messages mail queued", "webapp.cache.reads UserSnapshot hit",
    ];

    [Test]
    public async Task Metrics_are_exported_to_an_OTLP_receiver()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.Answer = _ => HttpStatusCode.OK;
        await using var app = await TestApp.StartAsync(settings: [$"Telemetry:OtlpEndpoint={receiver.Url}", "Telemetry:ExportSeconds=1"]);
        var user = await app.CreateUserAsync();
        await new ApiClient(app).LoginAsync(user);
        await Patience.UntilAsync(() => Task.FromResult(Everything(receiver).Contains("http.server.request.duration") && Everything(receiver).Contains("webapp.sign_ins")));

        Assert.That(receiver.Received.Select(post => post.Path), Is.All.EqualTo("/v1/metrics"));
        Assert.That(Everything(receiver), Does.Contain("webapp.hashing.wait").And.Contain("webapp.changes.lag").And.Contain("webapp.tokens"));
        Assert.That(Everything(receiver), Does.Not.Contain(user.Email).And.Not.Contain(user.Id.ToString()));
    }

    [Test]
    public async Task Sign_ins_tokens_alerts_caches_and_mail_are_counted()
    {
        var counted = new ConcurrentBag<string>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Name == Metrics.MeterName)
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, _, tags, _) => counted.Add($"{instrument.Name} {string.Join(' ', tags.ToArray().Select(tag => tag.Value))}"));
        listener.Start();

        var app = TestApp.Shared;
        var (api, user) = (new ApiClient(app), await app.CreateUserAsync());
        var tokens = await api.LoginAsync(user);
        await api.PostAsync("/auth/login", new { email = user.Email, password = "wrong" });
        await api.PostAsync("/auth/refresh", new { refresh_token = tokens.Refresh });
        await api.GetAsync("/me", tokens.Access);
        await api.GetAsync("/me", tokens.Access);
        await api.PostAsync("/auth/forgot-password", new { email = user.Email });
        using var visitor = new Visitor(app);
        await visitor.SignInAsync(user);
        await Patience.UntilAsync(() => Task.FromResult(counted.Contains("webapp.outbox.messages mail sent")));

        Assert.That(counted, Is.SupersetOf(Expected));
        Assert.That(counted, Has.None.Contains(user.Id.ToString()).And.None.Contains("@"));
    }

    private static string Everything(WebhookReceiver receiver) => string.Concat(receiver.Received.Select(post => Encoding.UTF8.GetString(post.Body)));
}
