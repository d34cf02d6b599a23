using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using WebApp.Areas.Admin;
using WebApp.Features.Audit.Figures;
using WebApp.Tests.Support;

namespace WebApp.Tests.Areas.Admin;

/// <summary>The dashboard answers for an hour, a day, a week and a month, and sends again only what changed.</summary>
public sealed partial class DashboardTests() : OwnApp
{
    private TestUser admin = null!;

    [OneTimeSetUp]
    public async Task SetTheScene()
    {
        admin = await App.CreateAdminAsync();
        await AddEventsAsync("sign_in_failed", "wrong password; number 40 from this network within an hour", 2, 4);
        await AddEventsAsync("sign_in_failed", "unknown name", 20 * 24, 3);
        await AddEventsAsync("signed_in", null, 20 * 24, 5);
        await AddEventsAsync("registered", null, 3 * 24, 6);
    }

    [TestCase("hour", 0, 0, 0)]
    [TestCase("day", 4, 0, 0)]
    [TestCase("week", 4, 6, 0)]
    [TestCase("month", 7, 6, 5)]
    public async Task Each_range_counts_what_happened_in_it_before_and_after_it_is_added_up(string range, int refusals, int signUps, int signIns)
    {
        var figures = App.Services.GetRequiredService<ServiceFigures>();
        var before = await figures.ReadAsync(FigureRange.Named(range), CancellationToken.None);
        await App.Services.GetRequiredService<MetricSpanWorker>().RunAsync(CancellationToken.None);
        App.Clock.Advance(TimeSpan.FromMinutes(1));
        var after = await figures.ReadAsync(FigureRange.Named(range), CancellationToken.None);
        using (Assert.EnterMultipleScope())
        {
            foreach (var sheet in (FigureSheet[])[before, after])
            {
                Assert.That(sheet.Points, Has.Count.EqualTo(sheet.Range.Points));
                Assert.That(sheet.Refusals.Sum(refusal => refusal.Count), Is.EqualTo(refusals));
                Assert.That(sheet.Points.Sum(point => point.SignUps), Is.EqualTo(signUps).And.EqualTo(sheet.Whole.SignUps));
                Assert.That(sheet.Points.Sum(point => point.SignIns), Is.InRange(signIns, signIns + 10), "and the sign-ins of the tests");
            }

            Assert.That(after.Users.Total, Is.GreaterThanOrEqualTo(1));
            Assert.That(await App.QueryAsync<long>("SELECT sum(value)::bigint FROM metric_spans WHERE minutes = 180 AND name = 'events.registered'"), Is.EqualTo(6));
            Assert.That(await App.QueryAsync<long>("SELECT count(*) FROM metric_spans WHERE name = 'events.sign_in_failed: wrong password'"), Is.GreaterThan(0), "without what differs for each event");
        }
    }

    [Test]
    public async Task Only_what_the_page_does_not_have_is_sent()
    {
        var page = await PageClient.SignInAsync(App, admin);
        var whole = (await page.GetAsync("/admin?range=month")).Text;
        var known = string.Join(',', Part().Matches(whole).Select(part => $"{part.Groups[2].Value}.{part.Groups[3].Value}"));
        var update = (await page.GetAsync($"/admin/charts?range=month&known={known}")).Text;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Part().Count(whole), Is.GreaterThan(12));
            Assert.That(update, Does.Not.Contain("data-tile").And.Not.Contain("data-chart=\"sign-ups\"").And.Not.Contain("data-live=\"refusals\""));
            Assert.That(update, Has.Length.LessThan(whole.Length / 3));
            Assert.That((await page.GetAsync("/admin/charts?range=month&known=none.0")).Text, Does.Contain("data-chart=\"sign-ups\"").And.Contain("data-live=\"refusals\"").And.Not.Contain("data-live=\"numbers\""));
        }
    }

    [Test]
    public async Task Alerts_that_are_routine_are_not_shown_and_figures_lead_to_their_events()
    {
        await App.QueryAsync<object>("INSERT INTO alerts (id, kind, at, ip_prefix, count, for_administrators) VALUES (gen_random_uuid(), 'many_accounts_tried', now(), '203.0.113.7', 20, true)");
        await App.QueryAsync<object>("INSERT INTO alerts (id, kind, at, ip_prefix, for_administrators) VALUES (gen_random_uuid(), 'new_device', now(), '203.0.113.8', true)");
        var page = await PageClient.SignInAsync(App, admin);
        var text = (await page.GetAsync("/admin?range=month")).Text;
        Assert.That(text, Does.Contain("203.0.113.7 failed to sign in to 20 accounts or more.").And.Not.Contain("203.0.113.8"));

        var link = WebUtility.HtmlDecode(Regex.Match(text, "data-live=\"sign-ups-title\">\\s*<a href=\"([^\"]+)\"").Groups[1].Value);
        Assert.That(Regex.Count((await page.GetAsync(link)).Text, "data-event=\"registered\""), Is.EqualTo(6));
    }

    [Test]
    public void A_burst_leaves_the_other_values_readable_and_is_named()
    {
        double?[] values = [.. Enumerable.Range(0, 60).Select(i => (double?)(i == 30 ? 5000 : 10 + (i % 5)))];
        var chart = new Chart("x", "Failures", "", ChartUnit.Count, "5000", [new("Failures", values)], new("last hour", new(2026, 1, 1, 10, 0, 0, TimeSpan.Zero), TimeSpan.FromMinutes(1), 60));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(chart.Highest, Is.LessThan(50));
            Assert.That(chart.Cuts.Count(), Is.EqualTo(1));
            Assert.That(chart.Peak, Is.EqualTo("Highest: 5000, 10:30 UTC; cut off at 40"));
            Assert.That(chart.Path(chart.Lines[0]), Does.Not.Contain("-"));
        }
    }

    private Task<object?> AddEventsAsync(string kind, string? detail, int hours, int count) => App.QueryAsync<object>(
        "INSERT INTO security_events (id, at, kind, detail) SELECT (lpad(to_hex((extract(epoch FROM $1) * 1000)::bigint), 12, '0') || '7' || substr(md5(random()::text), 1, 19))::uuid, $1, $2, nullif($3, '') FROM generate_series(1, $4)",
        App.Clock.GetUtcNow().AddHours(-hours), kind, detail ?? "", count);

    [GeneratedRegex("data-(chart|live)=\"([a-z-]+)\" data-version=\"([0-9a-f]+)\"")]
    private static partial Regex Part();
}
