using System.Net;
using WebApp.Tests.Support;

namespace WebApp.Tests.Features.SignIn.Methods;

/// <summary>Tokens for the browser's session: the one call that reads its cookie, and what keeps other sites from making a browser call it.</summary>
public sealed class SessionBootstrapTests
{
    private static TestApp App => TestApp.Shared;

    [Test]
    public async Task The_signed_in_browser_gets_tokens_that_show_what_its_session_shows()
    {
        var user = await App.CreateUserAsync();
        var browser = await PageClient.SignInAsync(App, user);
        await App.QueryAsync<object>("UPDATE users SET display_name = 'Ada' WHERE id = $1", user.Id);
        var answer = await AskAsync(browser, await browser.AntiforgeryTokenAsync("/account/profile"));
        Assert.That(answer.Status, Is.EqualTo(HttpStatusCode.OK), answer.Text);
        Assert.That(answer.Headers.Keys, Has.No.Member("Set-Cookie"));
        var me = (await new ApiClient(App).GetAsync("/me", answer.Tokens.Access)).Json;
        Assert.That(me.GetProperty("id").GetGuid(), Is.EqualTo(user.Id));
        var times = await App.QueryAsync<bool>("SELECT count(DISTINCT (amr, date_trunc('second', authenticated_at))) = 1 FROM sessions WHERE user_id = $1", user.Id);
        Assert.That(times, Is.True, "amr and auth_time are the browser's");
    }

    [Test]
    public async Task No_other_site_can_make_a_browser_ask_for_them()
    {
        var (user, other) = (await App.CreateUserAsync(), await App.CreateUserAsync());
        var browser = await PageClient.SignInAsync(App, user);
        var token = await browser.AntiforgeryTokenAsync("/account/profile");
        var others = await (await PageClient.SignInAsync(App, other)).AntiforgeryTokenAsync("/account/profile");
        var before = await App.QueryAsync<long>("SELECT count(*) FROM sessions WHERE user_id = $1", user.Id);
        foreach (var (why, sent, site) in new[]
        {
            ("no token", null, null), ("an empty one", "", null), ("a made-up one", "x", null), ("somebody else's", others, null),
            ("a right one from another site", token, "cross-site"), ("a right one from a sibling", token, "same-site"),
        })
        {
            var answer = await AskAsync(browser, sent, site);
            Assert.That((answer.Status, answer.Code), Is.EqualTo((HttpStatusCode.Forbidden, "forbidden")), why);
            Assert.That(answer.Json.GetProperty("detail").GetString(), Is.Not.Empty);
        }

        var stranger = new PageClient(App);
        Assert.That((await AskAsync(stranger, await stranger.AntiforgeryTokenAsync("/login"))).Code, Is.EqualTo("forbidden"));
        Assert.That(await App.QueryAsync<long>("SELECT count(*) FROM sessions WHERE user_id = $1", user.Id), Is.EqualTo(before));
        Assert.That((await AskAsync(browser, token, "same-origin")).Status, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task A_session_that_ended_gives_none()
    {
        var user = await App.CreateUserAsync();
        var browser = await PageClient.SignInAsync(App, user);
        var token = await browser.AntiforgeryTokenAsync("/account/profile");
        await App.QueryAsync<object>("UPDATE sessions SET revoked_at = now() WHERE user_id = $1", user.Id);
        await Patience.UntilAsync(async () => (await AskAsync(browser, token)).Code == "forbidden");
    }

    [Test]
    public async Task A_user_name_and_password_are_checked_as_at_login()
    {
        var user = await App.CreateUserAsync();
        var api = new ApiClient(App);
        Assert.That((await api.PostAsync("/auth/bootstrap", new { method = "usernamepassword", username = user.Email, password = user.Password })).Status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That((await api.PostAsync("/auth/bootstrap", new { method = "usernamepassword", username = user.Email, password = "x" })).Code, Is.EqualTo("invalid_credentials"));
        Assert.That((await api.PostAsync("/auth/bootstrap", new { method = "usernamepassword", username = user.Email })).Code, Is.EqualTo("validation_failed"));
        Assert.That((await api.PostAsync("/auth/bootstrap", new { method = "carrier pigeon" })).Code, Is.EqualTo("validation_failed"));
        var off = await api.PostAsync("/auth/bootstrap", new { method = "proxy" });
        Assert.That((off.Code, off.Json.GetProperty("detail").GetString()), Is.EqualTo(("forbidden", "Sign-in by a proxy's header is switched off.")));
    }

    private static Task<Answer> AskAsync(PageClient browser, string? token, string? site = null)
    {
        List<(string, string)> headers = [("Cookie", $"session={browser.Session}; antiforgery={browser.Cookie("antiforgery")}")];
        headers.AddRange(token is null ? [] : [("RequestVerificationToken", token)]);
        headers.AddRange(site is null ? [] : [("Sec-Fetch-Site", site)]);
        return App.BootstrapAsync("session", "127.0.0.1", [.. headers]);
    }
}
