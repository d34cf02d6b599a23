using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net;
using System.Text;
using OpenTelemetry.Trace;
using WebApp.Platform.Telemetry;
using WebApp.Tests.Support;

namespace WebApp.Tests.Platform.Telemetry;

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
        await using var app = await TestApp.StartAsync(settings: [$"Telemetry:OtlpEndpoint={receiver.Url}", "Telemetry:ExportSeconds=1", "Telemetry:TraceRatio=0"]);
        var user = await app.CreateUserAsync();
        await new ApiClient(app).LoginAsync(user);
        string[] wanted = ["http.server.request.duration", "webapp.sign_ins", "webapp.hashing.wait", "webapp.changes.lag", "webapp.tokens", "dotnet.gc.", "db.client.", "kestrel."];
        await Patience.UntilAsync(() => Task.FromResult(wanted.All(Everything(receiver).Contains)));

        Assert.That(receiver.Received.Select(post => post.Path), Is.All.EqualTo("/v1/metrics"), "a ratio of 0 traces nothing");
        Assert.That(Everything(receiver), Does.Not.Contain(user.Email).And.Not.Contain(user.Id.ToString()));
    }

    [Test]
    public async Task Traces_show_requests_and_their_statements_and_no_secret()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.Answer = _ => HttpStatusCode.OK;
        await using var app = await TestApp.StartAsync(settings: [$"Telemetry:OtlpEndpoint={receiver.Url}", "Telemetry:ExportSeconds=1", "Telemetry:TraceRatio=1"]);
        var (api, user) = (new ApiClient(app), await app.CreateUserAsync());
        var tokens = await api.LoginAsync(user);
        await api.GetAsync("/me", tokens.Access);
        using var http = app.NewClient();
        await http.GetAsync(new Uri("/confirm-email?code=hidden-in-a-query", UriKind.Relative));
        await http.GetAsync(new Uri("/hidden-in-a-path", UriKind.Relative));
        await http.GetAsync(new Uri("/health/live", UriKind.Relative));
        await Patience.UntilAsync(() => Task.FromResult(Traces(receiver).Contains("confirm-email") && Traces(receiver).Contains("api/v1/me")));

        var traces = Traces(receiver);
        Assert.That(traces, Does.Contain("http.route").And.Contain("db.query.text").And.Contain("INSERT INTO"));
        Assert.That(traces, Does.Contain("webapp").And.Not.Contain("Host=").And.Not.Contain("Username="), "a source of connections is named, not described");
        Assert.That(traces, Does.Not.Contain("pg_notify('beat_").And.Not.Contain("health/live").And.Not.Contain("hidden-in-a-"));
        Assert.That(traces, Does.Not.Contain(user.Email).And.Not.Contain(user.Password).And.Not.Contain(tokens.Access.Split('.')[2]).And.Not.Contain(tokens.Refresh.Split('.')[2]));
    }

    [Test]
    public void A_caller_cannot_decide_that_a_request_is_traced()
    {
        var parent = new ActivityContext(ActivityTraceId.CreateFromString("7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f"), ActivitySpanId.CreateRandom(), ActivityTraceFlags.Recorded, isRemote: true);
        var wanted = new SamplingParameters(parent, parent.TraceId, "GET", ActivityKind.Server);
        Assert.That(RequestSampler.Create(0.01).ShouldSample(wanted).Decision, Is.EqualTo(SamplingDecision.Drop));
        Assert.That(RequestSampler.Create(1).ShouldSample(wanted).Decision, Is.EqualTo(SamplingDecision.RecordAndSample));
    }

    [Test]
    public void What_a_node_does_by_itself_begins_no_trace() => Assert.That(
        RequestSampler.Create(1).ShouldSample(new SamplingParameters(default, ActivityTraceId.CreateRandom(), "postgresql", ActivityKind.Client)).Decision,
        Is.EqualTo(SamplingDecision.Drop));

    [Test]
    public void A_span_with_the_message_of_an_exception_is_not_sent()
    {
        using var failed = new Activity("postgresql") { ActivityTraceFlags = ActivityTraceFlags.Recorded };
        failed.AddException(new InvalidOperationException("hidden")).SetStatus(ActivityStatusCode.Error, "hidden");
        new SpanTags().OnEnd(failed);
        Assert.That((failed.Recorded, failed.StatusDescription), Is.EqualTo((false, (string?)null)));
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
        using var visitor = await PageClient.SignInAsync(app, user);
        await Patience.UntilAsync(() => Task.FromResult(counted.Contains("webapp.outbox.messages mail sent")));

        Assert.That(counted, Is.SupersetOf(Expected));
        Assert.That(counted, Has.None.Contains(user.Id.ToString()).And.None.Contains("@"));
    }

    private static string Traces(WebhookReceiver receiver) =>
        string.Concat(receiver.Received.Where(post => post.Path == "/v1/traces").Select(post => Encoding.UTF8.GetString(post.Body)));

    private static string Everything(WebhookReceiver receiver) => string.Concat(receiver.Received.Select(post => Encoding.UTF8.GetString(post.Body)));
}
