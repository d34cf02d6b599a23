using System.Net;
using System.Text.RegularExpressions;
using WebApp.Tests.Support;

namespace WebApp.Tests.Features.Sessions;

/// <summary>By what an account knows a browser again.</summary>
public sealed partial class KnownDeviceTests : OwnApp
{
    [Test]
    public async Task Every_complete_sign_in_in_a_browser_makes_it_known_once()
    {
        var user = await App.CreateUserAsync();
        using var browser = new PageClient(App);
        await SignInAsync(browser, user);
        var key = browser.Cookie("device");
        Assert.That(browser.CookieExpires("device"), Is.EqualTo(App.Clock.GetUtcNow().UtcDateTime + TimeSpan.FromDays(180)).Within(TimeSpan.FromMinutes(1)));
        App.Clock.Advance(TimeSpan.FromMinutes(5));
        await SignInAsync(browser, user);
        Assert.That(browser.Cookie("device"), Is.EqualTo(key));
        Assert.That(await CountAsync(user), Is.EqualTo(1));
        Assert.That(
            await App.QueryAsync<TimeSpan>("SELECT last_seen_at - created_at FROM known_devices WHERE user_id = $1", user.Id),
            Is.EqualTo(TimeSpan.FromMinutes(5)).Within(TimeSpan.FromSeconds(30)));
    }

    [Test]
    public async Task A_password_alone_makes_nothing_known_where_a_second_factor_is_due()
    {
        var user = await App.CreateMfaUserAsync();
        using var browser = new PageClient(App);
        await browser.BeginAsync(user);
        Assert.That(browser.Cookie("device"), Is.Null);
        await browser.AnswerAsync(await App.NewestCodeAsync(user));
        Assert.That(browser.Cookie("device"), Is.Not.Null);
        Assert.That(await CountAsync(user), Is.EqualTo(1));
        Assert.That(await App.QueryAsync<long>("SELECT count(*) FROM known_devices WHERE user_id = $1 AND trusted_until IS NULL", user.Id), Is.EqualTo(1));
    }

    [Test]
    public async Task One_cookie_serves_all_accounts_of_a_browser()
    {
        TestUser[] users = [await App.CreateUserAsync(), await App.CreateUserAsync(), await App.CreateUserAsync()];
        using var browser = new PageClient(App);
        for (var round = 0; round < 2; round++)
        {
            foreach (var user in users)
            {
                await SignInAsync(browser, user);
            }
        }

        foreach (var user in users)
        {
            await App.LockAsync(Api, user.Email);
            await SignInAsync(browser, user);
            Assert.That(await CountAsync(user), Is.EqualTo(1));
        }
    }

    [Test]
    public async Task A_key_that_was_in_the_browser_before_is_worth_nothing_for_the_newcomer()
    {
        var (eve, ada) = (await App.CreateUserAsync(), await App.CreateUserAsync());
        using var shared = new PageClient(App);
        await SignInAsync(shared, eve);
        var planted = shared.Cookie("device")!;
        await SignInAsync(shared, ada);
        await App.LockAsync(Api, ada.Email);
        using var hers = new PageClient(App);
        hers.With("device", planted);
        Assert.That((await hers.LoginAsync(ada)).Status, Is.EqualTo(HttpStatusCode.TooManyRequests));
        await SignInAsync(shared, ada);
    }

    [Test]
    public async Task The_page_lists_known_devices_and_one_forgotten_is_known_no_more()
    {
        var user = await App.CreateUserAsync();
        using var browser = new PageClient(App);
        await SignInAsync(browser, user);
        var key = browser.Cookie("device")!;
        var page = (await browser.GetAsync("/account/sessions")).Text;
        Assert.That(page, Does.Contain("Known devices").And.Contain("This browser"));
        var forgotten = await browser.SubmitAsync("/account/sessions", $"/account/sessions/devices/{Device().Match(page).Groups[1].Value}/forget");
        Assert.That(forgotten.Location, Is.EqualTo("/account/sessions"));
        Assert.That((await browser.GetAsync("/account/sessions")).Text, Does.Not.Contain("Known devices"));

        await App.LockAsync(Api, user.Email);
        await browser.SubmitAsync("/account", "/logout");
        Assert.That((await browser.LoginAsync(user)).Status, Is.EqualTo(HttpStatusCode.TooManyRequests));

        App.Clock.Advance(TimeSpan.FromMinutes(15));
        await SignInAsync(browser, user);
        await App.LockAsync(Api, user.Email);
        using var thief = new PageClient(App);
        thief.With("device", key);
        Assert.That((await thief.LoginAsync(user)).Status, Is.EqualTo(HttpStatusCode.TooManyRequests), "the next sign-in does not revive the old key");
    }

    [TestCase(179, true)]
    [TestCase(181, false)]
    public async Task A_device_is_known_for_half_a_year(int days, bool known)
    {
        await using var app = await TestApp.StartAsync();
        var (user, api) = (await app.CreateUserAsync(), new ApiClient(app));
        using var browser = new PageClient(app);
        await browser.LoginAsync(user);
        var key = browser.Cookie("device")!;
        app.Clock.Advance(TimeSpan.FromDays(days));
        await app.LockAsync(api, user.Email);
        browser.With("device", key);
        Assert.That((await browser.LoginAsync(user)).Location is not null, Is.EqualTo(known));
    }

    [Test]
    public async Task A_new_password_ends_trust_and_leaves_the_device_known()
    {
        var user = await App.CreateMfaUserAsync();
        using var browser = new PageClient(App);
        await browser.LoginWithCodeAsync(App, user, trust: true);
        var changed = TestUser.NewPassword("Velvet harbour");
        var answer = await browser.SubmitAsync("/account/password", ("CurrentPassword", user.Password), ("NewPassword", changed));
        Assert.That(answer.Location, Is.Not.Null, answer.Text);
        await browser.SubmitAsync("/account", "/logout");
        await App.LockAsync(Api, user.Email);
        Assert.That((await browser.LoginAsync(user with { Password = changed })).Location, Is.EqualTo("/login/mfa"));
    }

    private static async Task SignInAsync(PageClient browser, TestUser user)
    {
        if (await browser.IsSignedInAsync())
        {
            await browser.SubmitAsync("/account", "/logout");
        }

        var answer = await browser.LoginAsync(user);
        Assert.That(answer.Location, Is.EqualTo("/account"), answer.Text);
    }

    private Task<long> CountAsync(TestUser user) => App.QueryAsync<long>("SELECT count(*) FROM known_devices WHERE user_id = $1", user.Id);

    [GeneratedRegex("data-device=\"([^\"]+)\"")]
    private static partial Regex Device();
}
