using System.Text.RegularExpressions;
using WebApp.Tests.Support;

namespace WebApp.Tests.Features.Sessions;

/// <summary>Sessions by the thousand are listed in pages, by call, on the page and in the console.</summary>
public sealed partial class SessionPagesTests
{
    private const int Many = 120;

    private readonly ApiClient api = new(TestApp.Shared);

    [Test]
    public async Task The_call_lists_each_once_the_own_first_and_then_by_last_use()
    {
        var (user, all) = await UserWithManyAsync();
        var token = (await api.LoginAsync(user)).Access;
        List<Guid> seen = [];
        List<int> sizes = [];
        for (var path = "/sessions"; path is not null;)
        {
            var answer = await api.GetAsync(path, token);
            var page = answer.Json.EnumerateArray().ToList();
            Assert.That(page.Count(session => session.GetProperty("current").GetBoolean()), Is.EqualTo(seen.Count == 0 ? 1 : 0), "The own one is the first.");
            seen.AddRange(page.Select(session => session.GetProperty("id").GetGuid()));
            sizes.Add(page.Count);
            path = answer.Headers.TryGetValue("Link", out var link) ? NextPage().Match(link).Groups[1].Value : null;
        }

        Assert.That(sizes, Is.EqualTo([50, 50, Many + 1 - 100]));
        Assert.That(seen.Skip(1), Is.EqualTo(all));
    }

    [Test]
    public async Task A_limit_of_one_lists_each_once_too()
    {
        var (user, all) = await UserWithManyAsync(3);
        var token = (await api.LoginAsync(user)).Access;
        List<Guid> seen = [];
        for (var path = "/sessions?limit=1"; path is not null;)
        {
            var answer = await api.GetAsync(path, token);
            seen.Add(answer.Json.EnumerateArray().Single().GetProperty("id").GetGuid());
            path = answer.Headers.TryGetValue("Link", out var link) ? NextPage().Match(link).Groups[1].Value : null;
        }

        Assert.That(seen.Skip(1), Is.EqualTo(all));
    }

    [Test]
    public async Task A_wrong_limit_and_a_session_of_somebody_else_are_refused()
    {
        var (user, _) = await UserWithManyAsync(1);
        var (_, others) = await UserWithManyAsync(1);
        var token = (await api.LoginAsync(user)).Access;
        foreach (var query in new[] { "limit=0", "limit=201", $"before={Guid.NewGuid()}", $"before={others[0]}" })
        {
            Assert.That((await api.GetAsync($"/sessions?{query}", token)).Code, Is.EqualTo("validation_failed"), query);
        }

        Assert.That((await api.GetAsync("/sessions?limit=200", token)).Json.GetArrayLength(), Is.EqualTo(2));
    }

    [Test]
    public async Task The_page_shows_fifty_and_leads_to_the_others()
    {
        var (user, all) = await UserWithManyAsync();
        var browser = await PageClient.SignInAsync(TestApp.Shared, user);
        List<Guid> seen = [];
        for (var path = "/account/sessions"; path.Length > 0;)
        {
            var page = (await browser.GetAsync(path)).Text;
            var shown = Session().Matches(page).Select(match => Guid.Parse(match.Groups[1].Value)).ToList();
            Assert.That(shown, Has.Count.LessThanOrEqualTo(50));
            seen.AddRange(shown);
            path = Later().Match(page).Groups[1].Value;
        }

        Assert.That(seen.Skip(1), Is.EqualTo(all));
        Assert.That((await browser.GetAsync($"/account/sessions?before={Guid.NewGuid()}")).Headers["Location"], Is.EqualTo("/account/sessions"));
        Assert.That((await browser.GetAsync("/account")).Text, Does.Contain($"{Many + 1}"));
    }

    [Test]
    public async Task The_console_shows_fifty_and_leads_to_the_others()
    {
        var (user, all) = await UserWithManyAsync();
        var browser = await PageClient.SignInAsync(TestApp.Shared, await TestApp.Shared.CreateAdminAsync());
        List<Guid> seen = [];
        for (var path = $"/admin/users/{user.Id}"; path.Length > 0;)
        {
            var page = (await browser.GetAsync(path)).Text;
            seen.AddRange(Session().Matches(page).Select(match => Guid.Parse(match.Groups[1].Value)));
            path = Later().Match(page).Groups[1].Value;
        }

        Assert.That(seen, Is.EqualTo(all));
    }

    [Test]
    public async Task What_went_unused_too_long_is_neither_listed_nor_counted()
    {
        var (user, all) = await UserWithManyAsync(2);
        await TestApp.Shared.QueryAsync<object>("UPDATE sessions SET last_seen_at = now() - interval '2 days' WHERE id = $1", all[1]);
        var browser = await PageClient.SignInAsync(TestApp.Shared, user);
        Assert.That(Session().Count((await browser.GetAsync("/account/sessions")).Text), Is.EqualTo(2));
    }

    /// <summary>Somebody with many live sessions, the last used first.</summary>
    private static async Task<(TestUser User, Guid[] Sessions)> UserWithManyAsync(int count = Many)
    {
        var user = await TestApp.Shared.CreateUserAsync();

        // Pairs are of the same moment.
        var sessions = await TestApp.Shared.QueryAsync<Guid[]>(
            """
            WITH made AS (
                INSERT INTO sessions (id, user_id, kind, idle_limit, amr, created_at, authenticated_at, last_seen_at, expires_at, token_version, refresh_seq)
                SELECT gen_random_uuid(), $1, CASE n % 2 WHEN 0 THEN 'api' ELSE 'browser' END, interval '1 day', '{pwd}', now(), now(), now() - (n / 2) * interval '1 second', now() + interval '1 day', 0, CASE n % 2 WHEN 0 THEN 1 ELSE 0 END
                FROM generate_series(2, $2 + 1) n RETURNING id, last_seen_at)
            SELECT array_agg(id ORDER BY last_seen_at DESC, id DESC) FROM made
            """,
            user.Id,
            count);
        return (user, sessions!);
    }

    [GeneratedRegex("^</api/v1([^>]+)>; rel=\"next\"$")]
    private static partial Regex NextPage();

    [GeneratedRegex("data-session=\"([^\"]+)\"")]
    private static partial Regex Session();

    [GeneratedRegex("href=\"([^\"]+before=[^\"]+)\"")]
    private static partial Regex Later();
}
