using System.Net;
using System.Reflection;
using WebApp.Features.Accounts;
using WebApp.Features.Audit;
using WebApp.Tests.Support;

namespace WebApp.Tests.Features.Accounts;

public sealed class ActivityTests
{
    private readonly ApiClient api = new(TestApp.Shared);

    private static IEnumerable<string> Kinds => typeof(SecurityEventKind).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(word => (string)word.GetRawConstantValue()!)
        .Except([SecurityEventKind.AccountErased]); // Of nobody: no owner reads it.

    [TestCaseSource(nameof(Kinds))]
    public void Every_kind_of_event_has_words_of_its_own(string kind)
    {
        Assert.That(ActivityText.Knows(kind), Is.True);
        Assert.That(ActivityText.ForKind(kind), Does.Not.Contain("_"));
    }

    [Test]
    public async Task An_event_says_which_factor_and_which_token_it_is_about()
    {
        var user = await TestApp.Shared.CreateUserAsync();
        var tokens = await api.LoginAsync(user);
        await api.CreateTokenAsync(tokens.Access, ["profile.read"]);
        await api.PostAsync("/mfa/email", null, tokens.Access);
        await api.DeleteAsync("/mfa/email", tokens.Access);

        var texts = (await api.GetAsync("/events", tokens.Access)).Json.EnumerateArray().Select(e => e.GetProperty("description").GetString());

        Assert.That(texts, Is.EqualTo(["Codes by email were turned off", "Codes by email were turned on", "The API token “script” was created", "Signed in"]));
    }

    [Test]
    public async Task The_API_gives_ones_own_events_newest_first_a_page_at_a_time()
    {
        var user = await TestApp.Shared.CreateUserAsync();
        await api.PostAsync("/auth/login", new { email = user.Email, password = "wrong" });
        var tokens = await api.LoginAsync(user);
        await api.LoginAsync(user);
        await api.LoginAsync(await TestApp.Shared.CreateUserAsync());

        var all = (await api.GetAsync("/events", tokens.Access)).Json.EnumerateArray().ToList();
        var first = (await api.GetAsync("/events?limit=2", tokens.Access)).Json.EnumerateArray().ToList();
        var rest = (await api.GetAsync($"/events?limit=2&before={first[1].GetProperty("id").GetGuid()}", tokens.Access)).Json.EnumerateArray().ToList();
        var early = await api.GetAsync($"/events?before={Uri.EscapeDataString(all[0].GetProperty("at").GetString()!)}", tokens.Access);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(all.Select(e => e.GetProperty("kind").GetString()), Is.EqualTo(["signed_in", "signed_in", "sign_in_failed"]));
            Assert.That(all.Select(e => e.GetProperty("at").GetDateTimeOffset()), Is.Ordered.Descending);
            Assert.That(all[2].GetProperty("description").GetString(), Is.EqualTo("A sign-in was refused"));
            Assert.That(all[0].GetProperty("ip").GetString(), Is.EqualTo("127.0.0.1"));
            Assert.That(first.Concat(rest).Select(e => e.GetProperty("id").GetGuid()), Is.EqualTo(all.Select(e => e.GetProperty("id").GetGuid())));
            Assert.That(early.Json.GetArrayLength(), Is.EqualTo(2), early.Text);
        }
    }

    [TestCase("?limit=0")]
    [TestCase("?limit=101")]
    [TestCase("?limit=many")]
    [TestCase("?before=yesterday")]
    public async Task The_API_refuses_what_is_no_page(string query)
    {
        var tokens = await api.LoginAsync(await TestApp.Shared.CreateUserAsync());
        Assert.That((await api.GetAsync($"/events{query}", tokens.Access)).Status, Is.EqualTo(HttpStatusCode.BadRequest));
    }

    [Test]
    public async Task Without_a_token_there_is_nothing() => Assert.That((await api.GetAsync("/events")).Code, Is.EqualTo("token_missing"));

    [Test]
    public async Task The_page_shows_them_in_words_and_leads_to_earlier_ones()
    {
        var user = await TestApp.Shared.CreateUserAsync();
        using var page = await PageClient.SignInAsync(TestApp.Shared, user);
        await TestApp.Shared.QueryAsync<object>(
            "INSERT INTO security_events (id, at, kind, user_id) SELECT ('01900000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, '2024-06-09', 'passkey_changed', $1 FROM generate_series(1, 30) n ON CONFLICT DO NOTHING",
            user.Id);

        var first = await page.GetAsync("/account/activity");
        var earlier = System.Text.RegularExpressions.Regex.Match(first.Text, "/account/activity\\?before=[0-9a-f-]+").Value;
        var second = await page.GetAsync(earlier);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(first.Text, Does.Contain("Signed in").And.Contain("127.0.0.1"));
            Assert.That(first.Text.Split("data-event=").Length - 1, Is.EqualTo(25));
            Assert.That(second.Text.Split("data-event=").Length - 1, Is.EqualTo(6));
            Assert.That(second.Text, Does.Contain("The passkeys were changed").And.Contain("Newest").And.Not.Contain("Earlier"));
        }
    }
}
