using System.Net;
using Microsoft.Extensions.DependencyInjection;
using WebApp.Features.Sessions;
using WebApp.Tests.Support;

namespace WebApp.Tests.Features.SignIn;

/// <summary>What a proxy is answered that asks for a site: the question itself, without a proxy.</summary>
public sealed class ForwardAuthTests() : OwnApp("ForwardAuth:Sites:0=https://wiki.example.org")
{
    private const string Path = "/api/v1/forward-auth";

    [Test]
    public async Task The_cookie_of_a_session_lets_in_and_counts_as_a_use()
    {
        var user = await App.CreateUserAsync("Ada Lovelace");
        var (id, key) = await App.OpenBrowserSessionAsync(user);
        App.Clock.Advance(TimeSpan.FromMinutes(1));
        var answer = await AskAsync("", ("Cookie", $"session={key.Reveal()}"));
        using (Assert.EnterMultipleScope())
        {
            Assert.That((answer.Status, answer.Text), Is.EqualTo((HttpStatusCode.OK, "")));
            Assert.That(answer.Headers["Remote-User"], Is.EqualTo(user.Id.ToString()));
            Assert.That(answer.Headers["Remote-Email"], Is.EqualTo(user.Email));
            Assert.That(answer.Headers["Remote-Name"], Is.EqualTo("Ada Lovelace"));
            Assert.That(answer.Headers["Remote-Groups"], Is.EqualTo("user"));
            Assert.That(answer.Headers["Cache-Control"], Is.EqualTo("no-store"));
            Assert.That(answer.Headers.Keys, Has.No.AnyOf("Set-Cookie", "Location"));
        }

        await App.Services.GetRequiredService<LastSeen>().FlushAsync(default);
        Assert.That(await App.QueryAsync<DateTime>("SELECT last_seen_at FROM sessions WHERE id = $1", id), Is.EqualTo(App.Clock.GetUtcNow().UtcDateTime).Within(TimeSpan.FromSeconds(20)));
    }

    [Test]
    public async Task Nothing_but_the_session_that_lives_lets_in()
    {
        var user = await App.CreateUserAsync();
        var (id, key) = await App.OpenBrowserSessionAsync(user);
        Assert.That((await AskAsync("")).Code, Is.EqualTo("token_missing"));
        Assert.That((await AskAsync("", ("Cookie", "session=x; site=x"))).Code, Is.EqualTo("token_missing"));
        Assert.That((await AskAsync("", ("Remote-User", user.Id.ToString()), ("X-Remote-User", user.Email), ("X-Original-URL", "https://wiki.example.org/"))).Code, Is.EqualTo("token_missing"));
        Assert.That((await AskAsync("", ("Cookie", $"session={key.Reveal()}"))).Status, Is.EqualTo(HttpStatusCode.OK));
        await App.QueryAsync<object>("UPDATE sessions SET revoked_at = now() WHERE id = $1", id);
        await Patience.UntilAsync(async () => (await AskAsync("", ("Cookie", $"session={key.Reveal()}"))).Code == "token_missing");
    }

    [Test]
    public async Task A_request_with_a_token_is_authenticated_by_it_alone()
    {
        var (user, other) = (await App.CreateUserAsync(), await App.CreateUserAsync());
        var (_, key) = await App.OpenBrowserSessionAsync(other);
        var tokens = await Api.LoginAsync(user);
        var (with, without) = (await Api.MakeApiTokenAsync(tokens.Access, "sites.access"), await Api.MakeApiTokenAsync(tokens.Access, "profile.read"));
        foreach (var token in new[] { tokens.Access, with })
        {
            var answer = await AskAsync("?redirect=1", ("Authorization", $"Bearer {token}"), ("Cookie", $"session={key.Reveal()}"));
            Assert.That((answer.Status, answer.Headers["Remote-User"]), Is.EqualTo((HttpStatusCode.OK, user.Id.ToString())));
        }

        var refused = await AskAsync("?redirect=1", ("Authorization", $"Bearer {without}"), ("Cookie", $"session={key.Reveal()}"));
        Assert.That((refused.Status, refused.Headers["WWW-Authenticate"]), Is.EqualTo((HttpStatusCode.Forbidden, "Bearer error=\"insufficient_scope\", scope=\"sites.access\"")));
        foreach (var (token, code) in new[] { ("x", "token_malformed"), (tokens.Refresh, "token_invalid") })
        {
            Assert.That((await AskAsync("?redirect=1", ("Authorization", $"Bearer {token}"), ("Cookie", $"session={key.Reveal()}"))).Code, Is.EqualTo(code), token);
        }

        // What an application asks of its own people is none of ours.
        Assert.That((await AskAsync("", ("Authorization", "Basic YTpi"), ("Cookie", $"session={key.Reveal()}"))).Headers["Remote-User"], Is.EqualTo(other.Id.ToString()));
    }

    [TestCase("?role=user", 200)]
    [TestCase("?role=nobody&role=user", 200)]
    [TestCase("?role=nobody", 403)]
    [TestCase("?role=", 403)]
    [TestCase("?role=User", 403)]
    [TestCase("?role=user&group=018f0000-0000-7000-8000-000000000000", 403)]
    [TestCase("?group=x", 403)]
    [TestCase("?group=", 403)]
    [TestCase("?redirect=1&role=nobody", 403)]
    public async Task A_site_may_want_a_role(string query, int status)
    {
        var user = await App.CreateUserAsync();
        var (_, key) = await App.OpenBrowserSessionAsync(user);
        var answer = await AskAsync(query, ("Cookie", $"session={key.Reveal()}"));
        Assert.That((int)answer.Status, Is.EqualTo(status));
        Assert.That(answer.Headers.ContainsKey("Remote-User"), Is.EqualTo(status == 200));
        Assert.That((int)(await AskAsync(query, ("Authorization", $"Bearer {(await Api.LoginAsync(user)).Access}"))).Status, Is.EqualTo(status));
    }

    [Test]
    public async Task A_site_gets_the_groups_and_may_require_one()
    {
        var (owner, stranger) = (await App.CreateUserAsync(), await App.CreateUserAsync());
        var (bearer, other) = ((await Api.LoginAsync(owner)).Access, (await Api.LoginAsync(stranger)).Access);
        var (first, second) = (await Api.CreateGroupAsync(bearer), await Api.CreateGroupAsync(bearer));
        var elsewhere = await Api.CreateGroupAsync(other);
        var told = await AskAsync("", ("Authorization", $"Bearer {bearer}"));
        Assert.That(told.Headers["Remote-Groups"].Split(','), Is.EquivalentTo(["user", $"group:{first}", $"group:{second}"]));
        foreach (var (query, status) in new[]
        {
            ($"?group={first}", 200), ($"?group={elsewhere}&group={second}", 200), ($"?group={elsewhere}", 403),
            ($"?role=user&group={first}", 200), ($"?role=nobody&group={first}", 403), ($"?group={first:N}", 403),
        })
        {
            var answer = await AskAsync(query, ("Authorization", $"Bearer {bearer}"));
            Assert.That(((int)answer.Status, answer.Headers.ContainsKey("Remote-User")), Is.EqualTo((status, status == 200)), query);
        }

        // Whoever leaves is out at the next request.
        await Api.DeleteAsync($"/groups/{first}", bearer);
        Assert.That((await AskAsync($"?group={first}", ("Authorization", $"Bearer {bearer}"))).Status, Is.EqualTo(HttpStatusCode.Forbidden));
    }

    [TestCase("Zoë", "Zo%C3%AB")]
    [TestCase("100% \"Ada\"", "100%25 \"Ada\"")]
    [TestCase("名前 😀", "%E5%90%8D%E5%89%8D %F0%9F%98%80")]
    [TestCase("a, b", "a, b")]
    public async Task A_name_of_any_script_goes_into_a_header(string name, string header)
    {
        var user = await App.CreateUserAsync(name);
        var answer = await AskAsync("", ("Authorization", $"Bearer {(await Api.LoginAsync(user)).Access}"));
        Assert.That(answer.Headers["Remote-Name"], Is.EqualTo(header));
        Assert.That(Uri.UnescapeDataString(header), Is.EqualTo(name));
    }

    [Test]
    public async Task Line_breaks_written_into_the_database_by_hand_make_no_header()
    {
        var user = await App.CreateUserAsync("Ada\r\nRemote-User: x\u0085\0".Replace("\0", "", StringComparison.Ordinal));
        await App.QueryAsync<object>("WITH r AS (INSERT INTO roles (id, name, normalized_name) VALUES (gen_random_uuid(), $2, $2) RETURNING id) INSERT INTO user_roles (user_id, role_id) SELECT $1, id FROM r", user.Id, $"a,admin\n{user.Id}");
        var answer = await AskAsync("", ("Authorization", $"Bearer {(await Api.LoginAsync(user)).Access}"));
        Assert.That(answer.Headers["Remote-User"], Is.EqualTo(user.Id.ToString()));
        Assert.That(answer.Headers["Remote-Name"], Is.EqualTo("Ada%0D%0ARemote-User: x%C2%85"));
        Assert.That(answer.Headers["Remote-Groups"].Split(','), Is.EquivalentTo(["user", $"a%2Cadmin%0A{user.Id}"]));
    }

    [Test]
    public async Task Asked_again_it_asks_the_database_nothing()
    {
        var (_, key) = await App.OpenBrowserSessionAsync(await App.CreateUserAsync());
        var counts = new List<int>();
        for (var call = 0; call < 5; call++)
        {
            counts.Add((await StatementCounter.OfAsync(App, HttpMethod.Get, Path, cookie: $"session={key.Reveal()}")).Count);
        }

        Assert.That(counts[0], Is.Positive);
        Assert.That(counts.Skip(1), Does.Contain(0));
        Assert.That(counts.Skip(counts.IndexOf(0)), Is.All.Zero);
    }

    [Test]
    public async Task No_other_method_and_no_other_call_takes_the_cookie()
    {
        var (_, key) = await App.OpenBrowserSessionAsync(await App.CreateUserAsync());
        using var http = App.NewClient();
        http.DefaultRequestHeaders.Add("Cookie", $"session={key.Reveal()}");
        foreach (var method in new[] { HttpMethod.Post, HttpMethod.Put, HttpMethod.Delete })
        {
            using var request = new HttpRequestMessage(method, new Uri(Path, UriKind.Relative));
            using var response = await http.SendAsync(request);
            Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.MethodNotAllowed));
        }

        Assert.That((await http.GetAsync(new Uri("/api/v1/me", UriKind.Relative))).StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
    }

    private async Task<Answer> AskAsync(string query, params (string Name, string Value)[] headers)
    {
        using var http = App.NewClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Path + query, UriKind.Relative));
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await http.SendAsync(request);
        return await Answer.ReadAsync(response);
    }
}
