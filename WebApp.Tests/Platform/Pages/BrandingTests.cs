using System.Net;
using WebApp.Platform.Startup;
using WebApp.Tests.Support;

namespace WebApp.Tests.Platform.Pages;

/// <summary>The installation's logo, colour and links, on pages and in mails.</summary>
public sealed class BrandingTests
{
    private string logo = "";
    private TestApp app = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        logo = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.png");
        await File.WriteAllBytesAsync(logo, Convert.FromBase64String("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="));
        app = await TestApp.StartAsync(settings:
        [
            "App:Name=Lighthouse", $"Branding:LogoPath={logo}", "Branding:AccentColor=#7a1fa2", "Branding:SupportEmail=help@example.org",
            "Branding:TermsUrl=https://example.org/terms", "Branding:PrivacyUrl=https://example.org/privacy",
        ]);
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        await app.DisposeAsync();
        File.Delete(logo);
    }

    [TestCase("/login")]
    [TestCase("/register")]
    [TestCase("/")]
    public async Task Pages_show_it(string path)
    {
        using var browser = new PageClient(app);
        var page = (await browser.GetAsync(path)).Text;
        Assert.That(page, Does.Contain("/branding/logo?v=").And.Contain("/branding/theme.css?v=7a1fa2").And.Contain("mailto:help@example.org").And.Contain("href=\"https://example.org/terms\"").And.Contain("href=\"https://example.org/privacy\""));
        Assert.That((await browser.GetAsync("/branding/theme.css?v=7a1fa2")).Body, Does.Contain("--color-accent: #7a1fa2"));
        var image = await browser.GetAsync("/branding/logo?v=1");
        Assert.That((image.Status, image.MediaType, image.Headers["Cross-Origin-Resource-Policy"]), Is.EqualTo((HttpStatusCode.OK, "image/png", "cross-origin")));
        Assert.That(image.Headers["Cache-Control"], Does.Contain("immutable"));
    }

    [Test]
    public async Task The_console_shows_it_and_sends_a_mail_that_has_it()
    {
        var admin = await app.CreateAdminAsync();
        using var browser = await PageClient.SignInAsync(app, admin);
        Assert.That((await browser.GetAsync("/admin/settings")).Text, Does.Contain("#7a1fa2").And.Contain("Test email from Lighthouse"));
        await browser.SubmitAsync("/admin/settings", "/admin/settings/test-mail");
        var mail = await browser.GetAsync("/dev/mailbox.json");
        var test = mail.Json.EnumerateArray().First(one => one.GetProperty("subject").GetString() == "Test email from Lighthouse");
        Assert.That(test.GetProperty("to").GetString(), Is.EqualTo(admin.Email));
        Assert.That(test.GetProperty("html").GetString(), Does.Contain("background:#7a1fa2").And.Contain("/branding/logo?v=").And.Contain("mailto:help@example.org"));
        Assert.That(test.GetProperty("text").GetString(), Does.Contain("Support: help@example.org").And.Contain("Terms: https://example.org/terms"));
        Assert.That(await app.QueryAsync<long>("SELECT count(*) FROM security_events WHERE kind = 'test_sent' AND detail = 'mail' AND user_id = $1", admin.Id), Is.EqualTo(1));
    }

    [Test]
    public async Task Without_it_there_is_nothing()
    {
        using var browser = new PageClient(TestApp.Shared);
        Assert.That((await browser.GetAsync("/login")).Text, Does.Not.Contain("/branding/"));
        Assert.That((await browser.GetAsync("/branding/logo")).Status, Is.EqualTo(HttpStatusCode.NotFound));
    }

    [TestCase("Branding:AccentColor=#ffcc00", "contrast")]
    [TestCase("Branding:AccentColor=purple", "Branding:AccentColor")]
    [TestCase("Branding:TermsUrl=javascript:alert(1)", "Branding:TermsUrl")]
    [TestCase("Branding:SupportEmail=nobody", "Branding:SupportEmail")]
    public void A_wrong_setting_stops_the_start(string setting, string named) => Assert.That(
        async () => await TestApp.StartAsync("Host=unused", null, setting), Throws.Exception.With.Message.Contains(named));

    [TestCase("/nowhere/logo.png")]
    [TestCase("/etc/hostname")]
    public void A_logo_that_is_none_stops_the_start(string path) => Assert.That(
        async () => await TestApp.StartAsync(settings: $"Branding:LogoPath={path}"), Throws.TypeOf<StartupException>().With.Message.Contains("Branding:LogoPath"));

    [TestCase("#000000", 21)]
    [TestCase("#ffffff", 1)]
    [TestCase("#767676", 4.54)]
    public void The_contrast_is_that_of_WCAG(string color, double expected) =>
        Assert.That(AccentColor.Parse(color)!.Value.ContrastWith(AccentColor.White), Is.EqualTo(expected).Within(0.01));

    [TestCase("#000000")]
    [TestCase("#0e5f58")]
    [TestCase("#7a1fa2")]
    public void The_dark_scheme_gets_a_shade_that_is_readable(string color) =>
        Assert.That(AccentColor.Parse(color)!.Value.ForDarkScheme().ContrastWith(AccentColor.DarkSurface), Is.GreaterThanOrEqualTo(AccentColor.MinContrast));
}
