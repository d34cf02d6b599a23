using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Playwright;
using WebApp.Operations.Doctor;
using WebApp.Platform.Http;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Text;
using WebApp.Tests.Pages;
using WebApp.Tests.Support;

namespace WebApp.Tests.Platform.Http;

/// <summary>The approximate place of an address, from a file of places.</summary>
public sealed class ClientPlacesTests
{
    private static readonly (string, string)[] Munich = [("de", "München"), ("en", "Munich")];
    private static readonly (string, string)[] Germany = [("de", "Deutschland"), ("en", "Germany")];

    private string path = "";
    private TestApp app = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        path = NewPath();
        await new MmdbFile()
            .AddPlace("127.0.0.0/8", Munich, Germany)
            .AddPlace("192.0.2.0/24", [("en", "Springfield")], [("en", "United States")])
            .AddPlace("198.51.100.0/24", [("fr", "Genève")], [("en", "Switzerland"), ("de", "Schweiz")])
            .AddPlace("2001:db8:7::/48", Munich, Germany)
            .Add("203.0.113.0/24", new() { ["continent"] = new Dictionary<string, object> { ["code"] = "EU" } })
            .SaveAsync(path, DateTimeOffset.UtcNow);
        app = await TestApp.StartAsync(settings: $"Places:DatabasePath={path}");
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        await app.DisposeAsync();
        File.Delete(path);
    }

    [TestCase("192.0.2.7", "en", "Springfield, United States")]
    [TestCase("127.0.0.1", "en", "Munich, Germany")]
    [TestCase("127.0.0.1", "de", "München, Deutschland")]
    [TestCase("192.0.2.7", "de", "Springfield, United States", Description = "English where the name is not in the language")]
    [TestCase("198.51.100.1", "de", "Schweiz", Description = "The city is in neither language")]
    [TestCase("::ffff:127.0.0.1", "en", "Munich, Germany")]
    [TestCase("2001:db8:7::1", "en", "Munich, Germany")]
    [TestCase("203.0.113.9", "en", null)]
    [TestCase("10.0.0.1", "en", null)]
    [TestCase("2001:db8:8::1", "en", null)]
    public void An_address_has_its_place_in_the_language(string address, string language, string? place)
    {
        using var places = Open(path);
        using var _ = Language.Use(language);
        Assert.That(places.Find(IPAddress.Parse(address)), Is.EqualTo(place));
    }

    [Test]
    public async Task A_file_of_IPv4_alone_knows_no_IPv6()
    {
        var four = NewPath();
        await new MmdbFile(4).AddPlace("192.0.2.0/24", Munich, Germany).SaveAsync(four, DateTimeOffset.UtcNow);
        using (var places = Open(four))
        {
            Assert.That(places.Find(IPAddress.Parse("192.0.2.1")), Is.EqualTo("Munich, Germany"));
            Assert.That(places.Find(IPAddress.Parse("2001:db8:7::1")), Is.Null);
        }

        File.Delete(four);
    }

    [Test]
    public void Without_a_file_nothing_is_known()
    {
        using var places = Open(null);
        Assert.That((places.IsConfigured, places.Find(IPAddress.Loopback), places.File), Is.EqualTo((false, (string?)null, ((string, DateTime)?)null)));
    }

    [Test]
    public async Task Users_see_it_beside_the_address()
    {
        var user = await app.CreateUserAsync();
        using var browser = await PageClient.SignInAsync(app, user);
        using var german = (await PageClient.SignInAsync(app, user)).Asking("de");
        using (Assert.EnterMultipleScope())
        {
            foreach (var page in (string[])["/account/sessions", "/account/activity"])
            {
                Assert.That((await browser.GetAsync(page)).Text, Does.Contain("Munich, Germany</span>").And.Contain("Places are estimated"), page);
                Assert.That((await german.GetAsync(page)).Text, Does.Contain("München, Deutschland"), page);
            }
        }
    }

    [Test]
    public async Task The_console_shows_it_beside_the_address()
    {
        var admin = await app.CreateAdminAsync();
        using var browser = await PageClient.SignInAsync(app, admin);
        var id = await app.QueryAsync<Guid>("SELECT id FROM security_events WHERE user_id = $1 AND kind = 'signed_in' LIMIT 1", admin.Id);
        using (Assert.EnterMultipleScope())
        {
            foreach (var page in (string[])["/admin/audit", $"/admin/audit/{id}", $"/admin/users/{admin.Id}"])
            {
                Assert.That((await browser.GetAsync(page)).Text, Does.Contain("Munich, Germany"), page);
            }
        }
    }

    [TestCase(ColorScheme.Light, 1280)]
    [TestCase(ColorScheme.Dark, 360)]
    [Category("Browser")]
    public async Task Pages_with_places_are_sound(ColorScheme scheme, int width)
    {
        var admin = await app.CreateAdminAsync();
        await using var tab = await Chromium.OpenAsync(scheme, width, app: app);
        await LoginPage.SignInAsync(tab, admin);
        foreach (var page in (string[])["/account/sessions", "/account/activity", "/admin/audit", $"/admin/users/{admin.Id}"])
        {
            await tab.GoAsync(page);
            await Assertions.Expect(tab.Page.Locator("[data-place]").First).ToHaveTextAsync("Munich, Germany");
            await tab.AssertSoundAsync();
            await tab.ShootAsync($"places-{width}{page.Replace('/', '-')[..12]}");
        }
    }

    [Test]
    public async Task Pages_without_a_file_show_nothing()
    {
        using var browser = await PageClient.SignInAsync(TestApp.Shared, await TestApp.Shared.CreateUserAsync());
        Assert.That((await browser.GetAsync("/account/sessions")).Text, Does.Not.Contain("data-place").And.Not.Contain("Places are estimated"));
    }

    [Test]
    public async Task A_file_that_cannot_be_read_stops_the_start()
    {
        var wrong = NewPath();
        await File.WriteAllTextAsync(wrong, "not a database");
        Assert.That(async () => await TestApp.StartAsync("Host=unused", null, $"Places:DatabasePath={wrong}"), Throws.TypeOf<OptionsValidationException>().With.Message.Contains("Places:DatabasePath").And.Message.Contains("is not a database"));
        File.Delete(wrong);
        Assert.That(async () => await TestApp.StartAsync("Host=unused", null, $"Places:DatabasePath={wrong}"), Throws.TypeOf<OptionsValidationException>().With.Message.Contains("cannot be read"));
    }

    [TestCase(1, "places")]
    [TestCase(100, "places_old")]
    public void The_doctor_says_how_old_the_file_is(int days, string code)
    {
        using var places = Open(path);
        var clock = new FixedTime(DateTimeOffset.UtcNow.AddDays(days));
        Assert.That(new PlacesDiagnosis(places, clock).Look().Select(finding => finding.Code), Is.EqualTo((string[])[code]));
        using var none = Open(null);
        Assert.That(new PlacesDiagnosis(none, clock).Look(), Is.Empty);
    }

    private static ClientPlaces Open(string? path) => new(Options.Create(new PlaceOptions { DatabasePath = path }), new LogIntervals(TimeProvider.System), NullLogger<ClientPlaces>.Instance);

    private sealed class FixedTime(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }

    private static string NewPath() => Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.mmdb");
}
