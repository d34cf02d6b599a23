using System.Net;
using System.Text.RegularExpressions;
using WebApp.Tests.Support;

namespace WebApp.Tests.Features.Sessions;

/// <summary>Devices that skip the second factor: for whom, for how long, and until forgotten.</summary>
public sealed partial class TrustedDeviceTests
{
    private TestApp app = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => app = await TestApp.StartAsync();

    [OneTimeTearDown]
    public async Task StopAsync() => await app.DisposeAsync();

    [Test]
    public async Task A_trusted_device_skips_the_second_factor_until_it_is_forgotten()
    {
        var user = await app.CreateMfaUserAsync();
        using var browser = new PageClient(app);
        await browser.LoginWithCodeAsync(app, user, trust: true);
        Assert.That((await LoginAgainAsync(browser, user)).Location, Is.EqualTo("/account"));

        var device = Device().Match((await browser.GetAsync("/account/sessions")).Text).Groups[1].Value;
        var forgotten = await browser.SubmitAsync("/account/sessions", $"/account/sessions/devices/{device}/forget");
        Assert.That(forgotten.Location, Is.EqualTo("/account/sessions"));
        Assert.That(Device().IsMatch((await browser.GetAsync("/account/sessions")).Text), Is.False);
        Assert.That((await LoginAgainAsync(browser, user)).Location, Is.EqualTo("/login/mfa"));
        Assert.That(await app.QueryAsync<long>("SELECT count(*) FROM security_events WHERE user_id = $1 AND kind = 'device_forgotten'", user.Id), Is.EqualTo(1));
    }

    [Test]
    public async Task A_device_that_was_not_trusted_is_asked_again()
    {
        var user = await app.CreateMfaUserAsync();
        using var browser = new PageClient(app);
        await browser.LoginWithCodeAsync(app, user);
        Assert.That((await LoginAgainAsync(browser, user)).Location, Is.EqualTo("/login/mfa"));
    }

    [TestCase(29, "/account")]
    [TestCase(31, "/login/mfa")]
    public async Task Trust_ends_after_thirty_days(int days, string leadsTo)
    {
        await using var own = await TestApp.StartAsync();
        var user = await own.CreateMfaUserAsync();
        using var browser = new PageClient(own);
        await browser.LoginWithCodeAsync(own, user, trust: true);
        var key = browser.Cookie("device")!;
        own.Clock.Advance(TimeSpan.FromDays(days));
        browser.With("device", key);
        Assert.That((await LoginAgainAsync(browser, user)).Location, Is.EqualTo(leadsTo));
    }

    [Test]
    public async Task A_device_is_trusted_for_its_user_alone_and_only_with_its_key()
    {
        var (ada, eve) = (await app.CreateMfaUserAsync(), await app.CreateMfaUserAsync());
        using var browser = new PageClient(app);
        await browser.LoginWithCodeAsync(app, ada, trust: true);
        Assert.That((await LoginAgainAsync(browser, eve)).Location, Is.EqualTo("/login/mfa"));

        using var forger = new PageClient(app);
        var key = browser.Cookie("device")!;
        forger.With("device", key[..30] + (key[30] == 'A' ? 'B' : 'A') + key[31..]);
        Assert.That((await LoginAgainAsync(forger, ada)).Location, Is.EqualTo("/login/mfa"));
    }

    [Test]
    public async Task Nobody_forgets_the_device_of_another()
    {
        var (ada, eve) = (await app.CreateMfaUserAsync(), await app.CreateMfaUserAsync());
        using var home = new PageClient(app);
        await home.LoginWithCodeAsync(app, ada, trust: true);
        var device = Device().Match((await home.GetAsync("/account/sessions")).Text).Groups[1].Value;
        using var elsewhere = new PageClient(app);
        await elsewhere.LoginWithCodeAsync(app, eve);
        Assert.That((await elsewhere.SubmitAsync("/account/sessions", $"/account/sessions/devices/{device}/forget")).Status, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That((await LoginAgainAsync(home, ada)).Location, Is.EqualTo("/account"));
    }

    [Test]
    public async Task A_password_reset_forgets_every_device()
    {
        var user = await app.CreateMfaUserAsync();
        using var browser = new PageClient(app);
        await browser.LoginWithCodeAsync(app, user, trust: true);
        var reset = user with { Password = TestUser.NewPassword("Velvet harbour") };
        await app.ResetPasswordAsync(reset);
        Assert.That((await LoginAgainAsync(browser, reset)).Location, Is.EqualTo("/login/mfa"));
    }

    [Test]
    public async Task The_password_alone_on_a_trusted_device_is_no_recent_authentication_by_both_factors()
    {
        var user = await app.CreateMfaUserAsync();
        using var browser = new PageClient(app);
        await browser.LoginWithCodeAsync(app, user, trust: true);
        var shownAt = await app.QueryAsync<DateTime>("SELECT max(authenticated_at) FROM sessions WHERE user_id = $1", user.Id);
        app.Clock.Advance(TimeSpan.FromMinutes(11));
        await LoginAgainAsync(browser, user);
        Assert.That(
            await app.QueryAsync<DateTime>("SELECT authenticated_at FROM sessions WHERE user_id = $1 AND revoked_at IS NULL", user.Id),
            Is.EqualTo(shownAt).Within(TimeSpan.FromSeconds(1)));
    }

    private static async Task<Answer> LoginAgainAsync(PageClient browser, TestUser user)
    {
        if (await browser.IsSignedInAsync())
        {
            await browser.SubmitAsync("/account", "/logout");
        }

        return await browser.LoginAsync(user);
    }

    [GeneratedRegex("data-device=\"([^\"]+)\"")]
    private static partial Regex Device();
}
