using System.Buffers.Text;
using System.Net;
using WebApp.Tests.Support;

namespace WebApp.Tests.Features.Applications;

/// <summary>The pictures of applications: which are accepted, where they are shown, and how they are served.</summary>
public sealed class ApplicationLogoTests
{
    /// <summary>A picture of one pixel.</summary>
    public const string Png = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

    private const int MaxBytes = 32 * 1024;

    private OidcClient party = null!;
    private PageClient admin = null!;

    private static TestApp App => TestApp.Shared;

    private string Page => $"/admin/applications/{party.ClientId}";

    [SetUp]
    public async Task AddAsync()
    {
        party = await OidcClient.CreateAsync(App);
        admin = await PageClient.SignInAsync(App, await App.CreateAdminAsync());
    }

    [TearDown]
    public void Dispose()
    {
        party.Dispose();
        admin.Dispose();
    }

    [Test]
    public async Task It_is_shown_where_the_name_is_and_kept_by_browsers()
    {
        Assert.That((await SaveAsync($"data:image/png;base64,{Png}")).Location, Is.EqualTo(Page));
        using var browser = await PageClient.SignInAsync(App, await App.CreateUserAsync());
        var consent = await browser.GetAsync(party.AuthorizeUrl(OidcClient.NewVerifier()));
        var address = Shown(consent.Text)!;
        await OidcClient.DecideAsync(browser, consent, "allow");

        Assert.That(Shown((await browser.GetAsync("/account/applications")).Text), Is.EqualTo(address));
        Assert.That((await admin.GetAsync("/admin/applications")).Text, Does.Contain(address));
        Assert.That(Shown((await admin.GetAsync(Page)).Text), Is.EqualTo(address));
        var picture = await party.GetAsync(address);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(picture.Status, Is.EqualTo(HttpStatusCode.OK));
            Assert.That(picture.Headers["Content-Type"], Is.EqualTo("image/png"));
            Assert.That(picture.Headers["Cache-Control"], Does.Contain("private").And.Contain("max-age=31536000").And.Contain("immutable"));
            Assert.That(picture.Headers["X-Content-Type-Options"], Is.EqualTo("nosniff"));
            Assert.That(picture.Headers["Content-Security-Policy"], Does.StartWith("default-src 'none'").And.EndsWith("sandbox"));
            Assert.That(picture.Headers["Cross-Origin-Resource-Policy"], Is.EqualTo("same-origin"));
        }
    }

    [Test]
    public async Task Without_one_there_is_the_first_letter_and_nothing_is_loaded_from_elsewhere()
    {
        await App.QueryAsync<object>("UPDATE applications SET logo_uri = 'https://elsewhere.example.org/logo.png' WHERE client_id = $1", party.ClientId);
        using var browser = await PageClient.SignInAsync(App, await App.CreateUserAsync());
        var consent = (await browser.GetAsync(party.AuthorizeUrl(OidcClient.NewVerifier()))).Text;
        Assert.That(consent, Does.Match("medallion-letter[^>]*>G</span>").And.Not.Contain("elsewhere.example.org").And.Not.Contain("<img class=\"medallion"));
    }

    [Test]
    public async Task Another_one_has_another_address_and_a_removed_one_is_gone()
    {
        await SaveAsync(Png);
        var first = Shown((await admin.GetAsync(Page)).Text)!;
        await SaveAsync(Convert.ToBase64String([0xFF, 0xD8, 0xFF, 0xE0, .. Guid.NewGuid().ToByteArray()]));
        var second = Shown((await admin.GetAsync(Page)).Text)!;
        Assert.That(second, Is.Not.EqualTo(first));
        Assert.That((await party.GetAsync(second)).Headers["Content-Type"], Is.EqualTo("image/jpeg"));

        var removed = await admin.SubmitAsync(Page, $"{Page}/logo/remove");
        Assert.That(removed.Location, Is.EqualTo(Page), removed.Text);
        Assert.That(Shown((await admin.GetAsync(Page)).Text), Is.Null);
        Assert.That((await party.GetAsync(second)).Status, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That(await CountAsync(), Is.Zero);
        Assert.That(
            await App.QueryAsync<long>("SELECT count(*) FROM security_events WHERE kind = 'application_changed' AND detail LIKE '%picture%' || $1", party.ClientId), Is.EqualTo(3), "each change is recorded");
    }

    [Test]
    public async Task Two_applications_may_have_the_same_and_a_deleted_one_leaves_nothing()
    {
        using var other = await OidcClient.CreateAsync(App);
        var image = Convert.ToBase64String([.. "RIFF"u8, 0, 0, 0, 0, .. "WEBPVP8 "u8, .. Guid.NewGuid().ToByteArray()]);
        await SaveAsync(image);
        await admin.SubmitAsync(Page, $"/admin/applications/{other.ClientId}/logo", ("Picture", image));
        var address = Shown((await admin.GetAsync(Page)).Text)!;

        await admin.SubmitAsync($"{Page}/delete");
        Assert.That((await party.GetAsync(address)).Headers["Content-Type"], Is.EqualTo("image/webp"), "the other has it still");
        await admin.SubmitAsync($"/admin/applications/{other.ClientId}/delete");
        Assert.That((await party.GetAsync(address)).Status, Is.EqualTo(HttpStatusCode.NotFound));
    }

    [Test]
    public async Task The_largest_fits_into_the_form_and_one_byte_more_is_refused()
    {
        byte[] Picture(int size) => [0xFF, 0xD8, 0xFF, .. Enumerable.Repeat((byte)0xFF, size - 3)];
        Assert.That((await SaveAsync(Base64Url.EncodeToString(Picture(MaxBytes)))).Location, Is.EqualTo(Page));
        Assert.That(await CountAsync(), Is.EqualTo(1));
        var address = Shown((await admin.GetAsync(Page)).Text);

        await SaveAsync(Base64Url.EncodeToString(Picture(MaxBytes + 1)));
        Assert.That((await admin.GetAsync(Page)).Text, Does.Contain(address!), "the one before stays");
    }

    [TestCase("")]
    [TestCase("not base64 !")]
    [TestCase("PHN2ZyB4bWxucz0iaHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmciPjxzY3JpcHQ+YWxlcnQoMSk8L3NjcmlwdD48L3N2Zz4=", Description = "an SVG")]
    [TestCase("data:image/png;base64,PGh0bWw+PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0PjwvaHRtbD4=", Description = "a page that says it is a picture")]
    [TestCase("R0lGODlhAQABAAAAACw=", Description = "a GIF")]
    [TestCase("https://elsewhere.example.org/logo.png")]
    public async Task What_is_no_picture_of_the_three_kinds_is_refused(string text)
    {
        await SaveAsync(text);
        Assert.That((await admin.GetAsync(Page)).Text, Does.Contain("Choose a PNG, JPEG or WebP picture").And.Contain("medallion-letter"));
        Assert.That(await CountAsync(), Is.Zero);
    }

    [Test]
    public async Task One_that_the_configuration_sets_can_have_a_picture_and_keeps_it_over_a_restart()
    {
        string[] settings =
        [
            "Applications:Clients:0:ClientId=wiki", "Applications:Clients:0:Name=Wiki", "Applications:Clients:0:Secret=0123456789012345678901234567890123456789",
            "Applications:Clients:0:RedirectUris:0=https://wiki.example.org/callback",
        ];
        string database, address;
        await using (var first = await TestApp.StartAsync(settings: settings))
        {
            database = first.ConnectionString;
            using var keeper = await PageClient.SignInAsync(first, await first.CreateAdminAsync());
            await keeper.SubmitAsync("/admin/applications/wiki", "/admin/applications/wiki/logo", ("Picture", Png));
            address = Shown((await keeper.GetAsync("/admin/applications/wiki")).Text)!;
        }

        await using var second = await TestApp.StartAsync(database, settings: settings);
        using var again = await PageClient.SignInAsync(second, await second.CreateAdminAsync());
        Assert.That(Shown((await again.GetAsync("/admin/applications/wiki")).Text), Is.EqualTo(address));
    }

    private static string? Shown(string page) =>
        System.Text.RegularExpressions.Regex.Match(page, "<img class=\"medallion[^\"]*\" src=\"(/logos/[0-9a-f]{32})\"") is { Success: true } found ? found.Groups[1].Value : null;

    private Task<Answer> SaveAsync(string picture) => admin.SubmitAsync(Page, $"{Page}/logo", ("Picture", picture));

    private Task<long> CountAsync() => App.QueryAsync<long>("SELECT count(*) FROM application_logos l JOIN applications a ON a.id = l.application_id WHERE a.client_id = $1", party.ClientId);
}
