using System.Net;
using WebApp.Tests.Pages;
using WebApp.Tests.Support;

namespace WebApp.Tests.Stories;

/// <summary>What is done on pages holds for the API and the reverse, from the next call on.</summary>
public sealed class PagesAndApiTests
{
    private readonly ApiClient api = new(TestApp.Shared);

    [Test]
    public async Task A_password_reset_on_the_web_form_kills_the_clients_tokens_and_the_browsers_session()
    {
        var user = await TestApp.Shared.CreateUserAsync();
        var tokens = await api.LoginAsync(user);
        var cafe = await PageClient.SignInAsync(TestApp.Shared, user);
        Assert.That((await api.GetAsync("/me", tokens.Access)).Status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(await cafe.IsSignedInAsync(), Is.True);

        var home = new PageClient(TestApp.Shared);
        Assert.That((await home.SubmitAsync("/forgot-password", ("Email", user.Email))).Headers["Location"], Is.EqualTo("/reset-password"));
        var mail = await Mailbox.NewestAsync(user.Email, "/reset-password");
        var password = TestUser.NewPassword("Velvet harbour");
        var done = await home.SubmitAsync(mail.Link, "/reset-password", ("Token", mail.Token), ("Password", password));
        Assert.That(done.Headers.GetValueOrDefault("Location"), Is.EqualTo("/login"), done.Text);

        Assert.That((await api.GetAsync("/me", tokens.Access)).Code, Is.EqualTo("token_revoked"));
        Assert.That((await api.PostAsync("/auth/refresh", new { refresh_token = tokens.Refresh })).Code, Is.EqualTo("token_revoked"));
        Assert.That(await cafe.IsSignedInAsync(), Is.False);

        Assert.That((await home.LoginAsync(user)).Status, Is.EqualTo(HttpStatusCode.OK), "The form again: the old password is gone.");
        await api.LoginAsync(user with { Password = password });
    }

    [Test]
    public async Task A_client_is_signed_out_from_the_web_page()
    {
        var user = await TestApp.Shared.CreateUserAsync();
        var tokens = await api.LoginAsync(user, "Command line");
        var browser = await PageClient.SignInAsync(TestApp.Shared, user);
        Assert.That((await browser.GetAsync("/account/sessions")).Text, Does.Contain("Command line"));

        var ended = await browser.SubmitAsync("/account/sessions", $"/account/sessions/{tokens.SessionId}/end");
        Assert.That(ended.Headers["Location"], Is.EqualTo("/account/sessions"));
        Assert.That((await api.GetAsync("/me", tokens.Access)).Code, Is.EqualTo("token_revoked"));
        Assert.That((await api.PostAsync("/auth/refresh", new { refresh_token = tokens.Refresh })).Code, Is.EqualTo("token_revoked"));
        Assert.That(await browser.IsSignedInAsync(), Is.True);
    }

    [Test]
    public async Task A_browser_is_signed_out_through_the_API()
    {
        var user = await TestApp.Shared.CreateUserAsync();
        var browser = await PageClient.SignInAsync(TestApp.Shared, user);
        var tokens = await api.LoginAsync(user);
        Assert.That(await browser.IsSignedInAsync(), Is.True);
        var session = (await api.GetAsync("/sessions", tokens.Access)).Json.EnumerateArray()
            .Single(s => s.GetProperty("kind").GetString() == "browser").GetProperty("id").GetGuid();

        Assert.That((await api.DeleteAsync($"/sessions/{session}", tokens.Access)).Status, Is.EqualTo(HttpStatusCode.NoContent));
        Assert.That(await browser.IsSignedInAsync(), Is.False);
        Assert.That((await api.GetAsync("/me", tokens.Access)).Status, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task Ending_all_others_on_the_web_and_logging_out_everywhere_by_API_reach_both_kinds()
    {
        var user = await TestApp.Shared.CreateUserAsync();
        var (here, there) = (await PageClient.SignInAsync(TestApp.Shared, user), await PageClient.SignInAsync(TestApp.Shared, user));
        var tokens = await api.LoginAsync(user);
        await here.SubmitAsync("/account/sessions", "/account/sessions/end-others");
        Assert.That(await here.IsSignedInAsync(), Is.True);
        Assert.That(await there.IsSignedInAsync(), Is.False);
        Assert.That((await api.GetAsync("/me", tokens.Access)).Code, Is.EqualTo("token_revoked"));

        tokens = await api.LoginAsync(user);
        await api.PostAsync("/auth/logout-everywhere", null, tokens.Access);
        Assert.That(await here.IsSignedInAsync(), Is.False);
    }

    [Test]
    public async Task A_cookie_opens_nothing_in_the_API_and_a_token_no_page()
    {
        var user = await TestApp.Shared.CreateUserAsync();
        var browser = await PageClient.SignInAsync(TestApp.Shared, user);
        var me = await browser.GetAsync("/api/v1/me");
        Assert.That(me.Code, Is.EqualTo("token_missing"));
        Assert.That(me.Headers, Does.Not.ContainKey("Set-Cookie"));

        using var client = TestApp.Shared.NewClient();
        client.DefaultRequestHeaders.Authorization = new("Bearer", (await api.LoginAsync(user)).Access);
        using var page = await client.GetAsync(new Uri("/account", UriKind.Relative));
        Assert.That(page.StatusCode, Is.EqualTo(HttpStatusCode.Found));
        Assert.That(page.Headers.Location!.OriginalString, Is.EqualTo("/login?returnUrl=%2Faccount"));
    }
}
