using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using WebApp.Features.Audit.Search;
using WebApp.Platform.Text;
using WebApp.Tests.Support;

namespace WebApp.Tests.Areas.Admin;

/// <summary>Everybody's events: found, paged, taken out, verified.</summary>
public sealed class AuditPageTests() : OwnApp
{
    private const int Many = 10_000;
    private const string Nasty = "=1+1,\"quoted\"";

    private TestUser admin = null!;

    [OneTimeSetUp]
    public async Task SetTheScene()
    {
        admin = await App.CreateAdminAsync();
        await App.QueryAsync<object>(
            """
            INSERT INTO security_events (id, at, kind, ip, user_agent, detail)
            SELECT gen_random_uuid(), '2026-01-01Z'::timestamptz + n * interval '1 second', 'data_exported', '203.0.113.7', E'two\nlines', $2 || n FROM generate_series(1, $1) n
            """,
            Many, Nasty);
    }

    [Test]
    public async Task Filters_find_what_they_say()
    {
        var (user, bearer) = (await App.CreateUserAsync(), (await Api.LoginAsync(admin)).Access);
        await Api.LoginAsync(user);
        await Api.PostAsync("/auth/login", new { email = user.Email, password = "wrong" });
        async Task<string[]> FindAsync(string query)
        {
            var answer = await Api.GetAsync($"/admin/events?{query}", bearer);
            Assert.That(answer.Status, Is.EqualTo(HttpStatusCode.OK), answer.Text);
            return [.. answer.Json.EnumerateArray().Select(e => e.GetProperty("kind").GetString()!)];
        }

        string[] refused = ["sign_in_failed"], both = ["sign_in_failed", "signed_in"], signedIn = ["signed_in"];
        using (Assert.EnterMultipleScope())
        {
            Assert.That(await FindAsync($"user={user.Email}"), Is.EqualTo(both), "newest first");
            Assert.That(await FindAsync($"user={user.Id}&outcome=failure"), Is.EqualTo(refused));
            Assert.That(await FindAsync($"user={user.Id}&outcome=success"), Is.EqualTo(signedIn));
            Assert.That(await FindAsync($"user={user.Id}&kind=signed_in"), Is.EqualTo(signedIn));
            Assert.That(await FindAsync($"user={user.Id}&ip=127.0.0.0/8"), Is.EqualTo(both));
            Assert.That(await FindAsync($"user={user.Id}&ip=203.0.113.7"), Is.Empty);
            Assert.That(await FindAsync($"user={user.Id}&from={DateTimeOffset.UtcNow.AddMinutes(1):s}Z"), Is.Empty);
            Assert.That(await FindAsync($"user={user.Id}&until={DateTimeOffset.UtcNow.AddMinutes(1):s}Z"), Is.EqualTo(both));
            Assert.That(await FindAsync("ip=203.0.113.0/24&limit=7"), Has.Length.EqualTo(7));
        }
    }

    [TestCase("kind=nonsense", "kind")]
    [TestCase("ip=elsewhere", "ip")]
    [TestCase("from=whenever", "from")]
    [TestCase("outcome=maybe", "outcome")]
    [TestCase("user=nobody@example.org", "user")]
    [TestCase("format=xml", "format")]
    [TestCase("limit=501", "limit")]
    public async Task What_cannot_be_read_is_named(string query, string field)
    {
        var answer = await Api.GetAsync($"/admin/events?{query}", (await Api.LoginAsync(admin)).Access);
        Assert.That((answer.Code, answer.Json.GetProperty("errors").TryGetProperty(field, out _)), Is.EqualTo(("validation_failed", true)), answer.Text);
    }

    [Test]
    public async Task Pages_follow_each_other_without_a_gap()
    {
        var bearer = (await Api.LoginAsync(admin)).Access;
        HashSet<Guid> seen = [];
        string? before = null;
        for (var page = 0; page < 4; page++)
        {
            var found = (await Api.GetAsync($"/admin/events?kind=data_exported&limit=25{before}", bearer)).Json.EnumerateArray().Select(e => e.GetProperty("id").GetGuid()).ToArray();
            Assert.That(found.All(seen.Add), Is.True);
            before = $"&before={found[^1]}";
        }

        Assert.That(seen, Has.Count.EqualTo(100));
        var browser = await PageClient.SignInAsync(App, admin);
        var first = (await browser.GetAsync("/admin/audit?Kind=data_exported")).Body;
        Assert.That(first.Split("data-event=\"data_exported\"").Length - 1, Is.EqualTo(50));
        Assert.That(first, Does.Contain("/admin/audit?Kind=data_exported&amp;before="));
    }

    [Test]
    public async Task Ten_thousand_events_leave_as_CSV_and_come_back_the_same()
    {
        var answer = await Api.GetAsync("/admin/events?format=csv&kind=data_exported", (await Api.LoginAsync(admin)).Access);
        Assert.That(answer.Headers["Content-Type"], Is.EqualTo("text/csv; charset=utf-8"));
        var rows = CsvReader.Read(answer.Text);
        var detail = Array.IndexOf(rows[0], "detail");
        Assert.That(rows, Has.Count.EqualTo(Many + 1));
        Assert.That(rows.Skip(1).Select(row => row.Length), Is.All.EqualTo(rows[0].Length));
        Assert.That(rows.Skip(1).Select(row => row[detail]), Is.EquivalentTo(Enumerable.Range(1, Many).Select(n => $"'{Nasty}{n}")), "A formula is text behind its apostrophe.");
        Assert.That(rows[1][Array.IndexOf(rows[0], "user_agent")], Is.EqualTo("two\nlines"));
    }

    [Test]
    public async Task Ten_thousand_events_leave_as_NDJSON_and_come_back_the_same()
    {
        var browser = await PageClient.SignInAsync(App, admin);
        var answer = await browser.SubmitAsync("/admin/audit", "/admin/audit/export", ("Kind", "data_exported"), ("format", "ndjson"));
        Assert.That(answer.Headers["Content-Type"], Is.EqualTo("application/x-ndjson"));
        var lines = answer.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement).ToArray();
        Assert.That(lines.Select(line => line.GetProperty("detail").GetString()), Is.EquivalentTo(Enumerable.Range(1, Many).Select(n => $"{Nasty}{n}")));
        Assert.That(await App.QueryAsync<string>("SELECT detail FROM security_events WHERE kind = 'events_exported' AND user_id = $1 AND detail LIKE 'ndjson%'", admin.Id), Is.EqualTo("ndjson kind=data_exported"));
    }

    [Test]
    public async Task An_export_holds_a_few_kilobytes_at_a_time()
    {
        var sink = new Sink();
        await App.Services.GetRequiredService<EventExport>().WriteAsync(sink, new() { Kind = "data_exported" }, EventFormat.Ndjson, CancellationToken.None);
        Assert.That(sink.Total, Is.GreaterThan(1_500_000));
        Assert.That(sink.Largest, Is.LessThan(40_000));
    }

    [TestCase("=cmd", "'=cmd")]
    [TestCase("+1", "'+1")]
    [TestCase("-1", "'-1")]
    [TestCase("@SUM(A1)", "'@SUM(A1)")]
    [TestCase("\tx", "'\tx")]
    [TestCase("  =cmd", "'  =cmd")]
    [TestCase("plain", "plain")]
    [TestCase("a,b", "a,b")]
    [TestCase("=a,\"b\"", "'=a,\"\"b\"\"")]
    [TestCase("a;=cmd", "a;'=cmd")]
    [TestCase("a\t@cmd", "a\t'@cmd")]
    [TestCase("a;\"=cmd", "a;'\"\"=cmd")]
    [TestCase("a\n+1", "a\n'+1")]
    [TestCase("a,-1", "a,'-1")]
    [TestCase("a;b", "a;b")]
    [TestCase("a=b-c", "a=b-c")]
    public void A_cell_is_no_formula_whatever_a_spreadsheet_takes_for_separators(string text, string cell) =>
        Assert.That(CsvLine.Write(text, null, "x"), Is.EqualTo($"\"{cell}\",,\"x\"\r\n"));

    [Test]
    public async Task Events_have_pages_and_the_chain_is_verified_on_request()
    {
        await using var own = await TestApp.StartAsync();
        var keeper = await own.CreateAdminAsync();
        var browser = await PageClient.SignInAsync(own, keeper);
        await Patience.UntilAsync(async () => await own.QueryAsync<long>("SELECT count(*) FROM security_events WHERE seq IS NULL") == 0);
        var id = await own.QueryAsync<Guid>("SELECT id FROM security_events WHERE user_id = $1", keeper.Id);
        Assert.That((await browser.GetAsync($"/admin/audit/{id}")).Text, Does.Contain("signed_in").And.Contain(keeper.Email).And.Contain("genuine").And.Not.Contain("not genuine"));
        Assert.That((int)(await browser.GetAsync($"/admin/audit/{Guid.NewGuid()}")).Status, Is.EqualTo(404));

        await browser.SubmitAsync("/admin/audit", "/admin/audit/verify");
        Assert.That((await browser.GetAsync("/admin/audit")).Text, Does.Contain("are genuine and in their place").And.Contain(">Intact<"));
        await own.QueryAsync<object>("UPDATE security_events SET kind = 'registered' WHERE id = $1", id);
        Assert.That((await browser.GetAsync($"/admin/audit/{id}")).Text, Does.Contain("not genuine"));
        Assert.That((await browser.SubmitAsync("/admin/audit", "/admin/audit/verify")).Text, Does.Contain("The audit trail is damaged").And.Contain(id.ToString()));
        Assert.That((await browser.GetAsync("/admin/audit")).Text, Does.Contain("Damaged"));
    }

    private sealed class Sink : MemoryStream
    {
        public int Largest { get; private set; }

        public int Writes { get; private set; }

        public long Total { get; private set; }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            (Largest, Writes, Total) = (Math.Max(Largest, buffer.Length), Writes + 1, Total + buffer.Length);
            return ValueTask.CompletedTask;
        }
    }
}
