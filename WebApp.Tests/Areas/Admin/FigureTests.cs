using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using WebApp.Areas.Admin;
using WebApp.Features.Audit.Figures;
using WebApp.Tests.Support;

namespace WebApp.Tests.Areas.Admin;

/// <summary>What the dashboard and <c>GET /admin/stats</c> show is what happened.</summary>
public sealed partial class FigureTests() : OwnApp
{
    private DateTimeOffset minute;
    private TestUser admin = null!;
    private JsonElement stats;
    private string page = null!;

    [OneTimeSetUp]
    public async Task SetTheScene()
    {
        admin = await App.CreateAdminAsync();
        minute = MinuteBook.MinuteOf(App.Clock.GetUtcNow()).AddMinutes(-10);
        await AddEventsAsync("signed_in", 7);
        await AddEventsAsync("sign_in_failed", 3);
        await AddEventsAsync("refresh_token_reused", 1);
        await AddEventsAsync("password_changed", 5); // Neither.

        // Two nodes: percentiles are of both together, which no average of percentiles would give.
        await AddTimesAsync("requests", "a", (90, 10));
        await AddTimesAsync("requests", "b", (9, 100), (1, 1000));
        await AddTimesAsync("changes.lag", "a", (10, 2));
        await AddTimesAsync("hashing.wait", "b", (10, 40));
        await AddAsync("cache.hits", "a", 30);
        await AddAsync("cache.hits", "b", 66);
        await AddAsync("cache.misses", "b", 4);
        await AddAsync("sessions.active", "a", 123);
        await AddAsync("mail.waiting", "a", 17);
        stats = (await Api.GetAsync("/admin/stats", (await Api.LoginAsync(admin)).Access)).Json;
        page = (await (await PageClient.SignInAsync(App, admin)).GetAsync("/admin")).Text;
    }

    [Test]
    public void Events_and_minutes_of_all_nodes_make_the_figures()
    {
        var point = stats.GetProperty("points").EnumerateArray().Single(p => p.GetProperty("at").GetDateTimeOffset() == minute);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(stats.GetProperty("points").GetArrayLength(), Is.EqualTo(60));
            Assert.That(stats.GetProperty("step_seconds").GetInt32(), Is.EqualTo(60));
            Assert.That(point.GetProperty("sign_ins").GetInt64(), Is.EqualTo(7));
            Assert.That(point.GetProperty("failures").GetInt64(), Is.EqualTo(4));
            Assert.That(point.GetProperty("requests").GetInt64(), Is.EqualTo(100));
            Assert.That(point.GetProperty("cache_hit_ratio").GetDouble(), Is.EqualTo(0.96).Within(1e-9));
            Assert.That(point.GetProperty("active_sessions").GetInt64(), Is.EqualTo(123));
            Assert.That(point.GetProperty("mail_waiting").GetInt64(), Is.EqualTo(17));
            Assert.That(Ms(point, "latency_ms", "p50"), Is.EqualTo(10).Within(20).Percent);
            Assert.That(Ms(point, "latency_ms", "p95"), Is.EqualTo(100).Within(25).Percent);
            Assert.That(Ms(point, "latency_ms", "p99"), Is.InRange(90, 1200));
            Assert.That(Ms(point, "revocation_lag_ms", "p95"), Is.EqualTo(2).Within(25).Percent);
            Assert.That(Ms(point, "hashing_wait_ms", "p50"), Is.EqualTo(40).Within(25).Percent);
            Assert.That(stats.GetProperty("total").GetProperty("failures").GetInt64(), Is.GreaterThanOrEqualTo(4));
        }
    }

    [Test]
    public void The_table_behind_the_charts_says_the_same()
    {
        var row = Regex.Match(page, $"<tr data-minute=\"{minute.UtcDateTime:yyyy-MM-dd'T'HH:mm'Z'}\">(.*?)</tr>", RegexOptions.Singleline).Groups[1].Value;
        var cells = Cell().Matches(row).ToDictionary(cell => cell.Groups[1].Value, cell => WebUtility.HtmlDecode(cell.Groups[2].Value.Trim()));
        Assert.That((cells["Sign-ins"], cells["Failures"], cells["Requests"], cells["Cache hits"], cells["Sessions"], cells["Mail waiting"]), Is.EqualTo(("7", "4", "100", "96 %", "123", "17")));
    }

    [Test]
    public void The_lines_are_as_high_as_their_numbers()
    {
        var path = Regex.Match(page, "data-chart=\"sessions\".*?chart-line-1\" d=\"([^\"]+)\"", RegexOptions.Singleline).Groups[1].Value;
        var x = Chart.Left + (49 * (Chart.Right - Chart.Left) / 59.0);
        var y = Chart.Bottom - (123 / 200.0 * (Chart.Bottom - Chart.Top));
        Assert.That(path, Does.Contain($"M{x.ToString("0.#", CultureInfo.InvariantCulture)} {y.ToString("0.#", CultureInfo.InvariantCulture)}h.01"), "alone among minutes nobody noted, it is a dot");
        Assert.That(page, Does.Contain("Failures in the last hour. Failures: now"));
    }

    [Test]
    public async Task What_a_node_does_is_written_down_by_the_minute_and_read_by_others()
    {
        await using var other = await TestApp.StartAsync(App.ConnectionString);
        for (var i = 0; i < 20; i++)
        {
            await new ApiClient(other).GetAsync("/password/policy");
        }

        var book = other.Services.GetRequiredService<MinuteBook>();
        await other.Services.GetRequiredService<MinuteStore>().WriteAsync(book.Note(), CancellationToken.None);
        Assert.That(await App.QueryAsync<double>("SELECT sum(value) FROM metric_minutes WHERE node = $1 AND name = 'requests'", book.Node), Is.GreaterThanOrEqualTo(20));
        Assert.That(await App.QueryAsync<long>("SELECT count(*) FROM metric_minutes WHERE node = $1 AND minute = (SELECT max(minute) FROM metric_minutes WHERE node = $1)", book.Node), Is.GreaterThanOrEqualTo(5));
        Assert.That(await App.QueryAsync<long>("SELECT count(*) FROM (SELECT minute FROM metric_minutes WHERE name = 'sessions.active' GROUP BY minute HAVING count(*) > 1) twice"), Is.Zero, "a gauge is the whole installation's");
        await Patience.UntilAsync(async () => (await Api.GetAsync("/admin/stats", (await Api.LoginAsync(admin)).Access)).Json.GetProperty("nodes").GetInt32() == 2);
    }

    [Test]
    public async Task Whatever_happens_between_two_looks_is_counted_once()
    {
        var book = App.Services.GetRequiredService<MinuteBook>();
        var before = Requests(book);
        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Api.GetAsync("/password/policy")));
        var middle = Requests(book);
        Assert.That(middle - before, Is.GreaterThanOrEqualTo(50).And.LessThan(80));
        Assert.That(Requests(book) - middle, Is.LessThan(30));
    }

    [TestCase("minutes=0")]
    [TestCase("minutes=1441")]
    [TestCase("minutes=many")]
    public async Task A_span_that_is_none_is_refused(string query) =>
        Assert.That((int)(await Api.GetAsync($"/admin/stats?{query}", (await Api.LoginAsync(admin)).Access)).Status, Is.EqualTo(400));

    [Test]
    public async Task A_day_is_shown_by_quarters_of_an_hour()
    {
        var day = (await Api.GetAsync("/admin/stats?minutes=1440", (await Api.LoginAsync(admin)).Access)).Json;
        Assert.That((day.GetProperty("step_seconds").GetInt32(), day.GetProperty("points").GetArrayLength()), Is.EqualTo((900, 96)));
        Assert.That(day.GetProperty("total").GetProperty("sign_ins").GetInt64(), Is.GreaterThanOrEqualTo(7));
    }

    [Test]
    public void Percentiles_are_true_to_a_fifth([Values(0.02, 0.3, 1, 7, 80, 999, 30_000)] double ms)
    {
        var buckets = new long[TimeScale.Count];
        buckets[TimeScale.IndexOf(TimeSpan.FromMilliseconds(ms))] = 10;
        Assert.That(TimeScale.Percentile(buckets, 0.5), Is.EqualTo(ms).Within(20).Percent);
    }

    private static double Requests(MinuteBook book) => book.Note().Where(m => m.Name == MetricName.Requests).Sum(m => m.Value);

    private static double Ms(JsonElement point, string times, string which) => point.GetProperty(times).GetProperty(which).GetDouble();

    private Task<object?> AddEventsAsync(string kind, int count) => App.QueryAsync<object>(
        "INSERT INTO security_events (id, at, kind) SELECT (lpad(to_hex((extract(epoch FROM $2) * 1000)::bigint), 12, '0') || '7' || substr(md5(random()::text), 1, 19))::uuid, $2, $1 FROM generate_series(1, $3)",
        kind, minute.AddSeconds(20), count);

    private Task<object?> AddTimesAsync(string name, string node, params (long Count, double Ms)[] times)
    {
        var buckets = new long[TimeScale.Count];
        foreach (var (count, ms) in times)
        {
            buckets[TimeScale.IndexOf(TimeSpan.FromMilliseconds(ms))] += count;
        }

        return App.QueryAsync<object>("INSERT INTO metric_minutes (minute, name, node, value, buckets) VALUES ($1, $2, $3, $4, $5)", minute, name, node, (double)buckets.Sum(), buckets);
    }

    private Task<object?> AddAsync(string name, string node, double value) =>
        App.QueryAsync<object>("INSERT INTO metric_minutes (minute, name, node, value) VALUES ($1, $2, $3, $4)", minute, name, node, value);

    [GeneratedRegex("data-label=\"([^\"]+)\">([^<]*)<")]
    private static partial Regex Cell();
}
