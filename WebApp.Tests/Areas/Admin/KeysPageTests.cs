using System.Net;
using System.Text.RegularExpressions;
using WebApp.Tests.Support;

namespace WebApp.Tests.Areas.Admin;

/// <summary>Signing keys: what depends on which, and the next one.</summary>
public sealed class KeysPageTests() : OwnApp
{
    [Test]
    public async Task A_rotation_signs_nobody_out_and_sessions_move_to_the_new_key_as_they_refresh()
    {
        var (admin, user) = (await App.CreateAdminAsync(), await App.CreateUserAsync());
        var (moves, stays) = (await Api.LoginAsync(user), await Api.LoginAsync(user));
        var browser = await PageClient.SignInAsync(App, admin);
        Assert.That(Keys((await browser.GetAsync("/admin/keys")).Text), Is.EqualTo(new[] { ("Signing", 2) }));

        Assert.That((await browser.GetAsync("/admin/keys/rotate")).Text, Does.Contain("no one is signed out"), "asks first");
        Assert.That(Keys((await browser.GetAsync("/admin/keys")).Text), Has.Length.EqualTo(1), "and has done nothing");
        await browser.SubmitAsync("/admin/keys/rotate");
        await browser.SubmitAsync("/admin/keys/rotate"); // Twice is once.
        Assert.That(Keys((await browser.GetAsync("/admin/keys")).Text), Is.EqualTo(new[] { ("Announced", 0), ("Signing", 2) }));
        Assert.That(await App.QueryAsync<long>("SELECT count(*) FROM security_events WHERE kind = 'signing_key_rotated' AND user_id = $1", admin.Id), Is.EqualTo(2));

        App.Clock.Advance(TimeSpan.FromMinutes(6));
        Assert.That((await Api.GetAsync("/me", stays.Access)).Status, Is.EqualTo(HttpStatusCode.OK));
        var refreshed = await Api.PostAsync("/auth/refresh", new { refresh_token = moves.Refresh });
        Assert.That(refreshed.Status, Is.EqualTo(HttpStatusCode.OK), refreshed.Text);
        Assert.That((await Api.GetAsync("/me", refreshed.Tokens.Access)).Status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That((await browser.GetAsync("/admin")).Status, Is.EqualTo(HttpStatusCode.OK), "nor a browser");
        Assert.That(Keys((await browser.GetAsync("/admin/keys")).Text), Is.EqualTo(new[] { ("Signing", 1), ("Verifying", 1) }));

        await Api.PostAsync("/auth/logout", null, stays.Access);
        Assert.That(Keys((await browser.GetAsync("/admin/keys")).Text), Is.EqualTo(new[] { ("Signing", 1), ("Verifying", 0) }));
    }

    [Test]
    public async Task The_call_announces_the_next_key_or_says_that_keys_are_configured()
    {
        await using var managed = await TestApp.StartAsync();
        var api = new ApiClient(managed);
        var answer = await api.PostAsync("/admin/signing-keys/rotate", null, (await api.LoginAsync(await managed.CreateAdminAsync())).Access);
        Assert.That(answer.Status, Is.EqualTo(HttpStatusCode.OK), answer.Text);
        Assert.That(await managed.QueryAsync<DateTime>("SELECT activates_at FROM signing_keys WHERE id = $1", answer.Json.GetProperty("id").GetString()!), Is.EqualTo(answer.Json.GetProperty("activates_at").GetDateTimeOffset().UtcDateTime));

        await using var configured = await TestApp.StartAsync(settings: $"SECRET_KEY={new string('k', 40)}");
        var admin = await configured.CreateAdminAsync();
        var other = new ApiClient(configured);
        Assert.That((await other.PostAsync("/admin/signing-keys/rotate", null, (await other.LoginAsync(admin)).Access)).Code, Is.EqualTo("conflict"));
        var page = (await (await PageClient.SignInAsync(configured, admin)).GetAsync("/admin/keys")).Text;
        Assert.That(page, Does.Contain("They are set in the configuration").And.Not.Contain("Rotate now").And.Not.Contain(new string('k', 40)));
        Assert.That(Keys(page), Is.EqualTo(new[] { ("Signing", 1) }));
    }

    private static (string, int)[] Keys(string page) =>
        [.. Regex.Matches(page, "data-state=\"(\\w+)\".*?data-sessions>(\\d+)<", RegexOptions.Singleline).Select(key => (key.Groups[1].Value, int.Parse(key.Groups[2].Value)))];
}
