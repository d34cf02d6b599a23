using Microsoft.Extensions.DependencyInjection;
using WebApp.Features.Passwords;
using WebApp.Features.SignIn.Sites;
using WebApp.Platform.Data;
using WebApp.Platform.Users;
using WebApp.Tests.Support;

namespace WebApp.Tests.Features.Sessions;

/// <summary>Production: behind a proxy that ends TLS, every cookie is Secure and belongs to this host alone.</summary>
public sealed class ProductionCookieTests
{
    private TestApp app = null!;
    private HttpClient http = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        app = await TestApp.StartInProductionAsync(settings: "ForwardAuth:Sites:0=https://wiki.example.org");
        http = app.NewProxyClient();
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        http.Dispose();
        await app.DisposeAsync();
    }

    [Test]
    public async Task Every_cookie_is_Secure_and_has_the_Host_prefix()
    {
        const string password = "Copper lantern over the 7 hills!";
        await AddUserAsync("ada@example.org", password);

        using var browser = new PageClient(app);
        Assert.That((await browser.GetAsync("/login")).SetCookies.Single(), Does.Match("^__Host-antiforgery=[^;]+; path=/; secure; samesite=lax; httponly$"));

        var signedIn = await browser.PostWithTokenAsync("/login", ("Email", "ada@example.org"), ("Password", password));
        Assert.That((int)signedIn.Status, Is.EqualTo(302));
        Assert.That(signedIn.SetCookies, Has.Some.Match("^__Host-session=[A-Za-z0-9_-]{64}; path=/; secure; samesite=lax; httponly$"));
        Assert.That(signedIn.SetCookies, Has.All.Match("^__Host-.*; path=/; secure; samesite=lax; httponly$"));
        Assert.That(await browser.IsSignedInAsync(), Is.True);
    }

    [Test]
    public async Task So_is_every_cookie_of_a_protected_site()
    {
        const string site = "https://wiki.example.org";
        using var question = new HttpRequestMessage(HttpMethod.Get, new Uri("/api/v1/forward-auth?redirect=1", UriKind.Relative));
        question.Headers.Add("X-Original-URL", $"{site}/page");
        using var login = await http.SendAsync(question);
        Assert.That(login.Headers.Location!.OriginalString, Does.StartWith("https://accounts.example.org/login?returnUrl="));
        var key = login.Headers.GetValues("Set-Cookie").Single();
        Assert.That(key, Does.Match("^__Host-site-entry=[A-Za-z0-9_-]{43}; expires=[^;]+; path=/; secure; samesite=lax; httponly$"));

        var entry = Uri.UnescapeDataString(login.Headers.Location.Query).Split("entry=")[1];
        var pass = app.Services.GetRequiredService<SitePasses>().Seal(
            new SiteEntry(new(Guid.CreateVersion7(), site), $"{site}/page", entry, DateTimeOffset.UtcNow.AddMinutes(1)));
        using var entering = new HttpRequestMessage(HttpMethod.Get, new Uri($"/forward-auth/enter?pass={pass}", UriKind.Relative));
        entering.Headers.Add("Cookie", key.Split(';')[0]);
        using var entered = await http.SendAsync(entering);
        Assert.That(entered.Headers.GetValues("Set-Cookie"), Has.Some.Match("^__Host-site=[A-Za-z0-9_-]+; path=/; secure; samesite=lax; httponly$"));
    }

    [Test]
    public async Task Every_answer_asks_for_HTTPS_from_now_on()
    {
        foreach (var path in new[] { "/login", "/api/v1/me", "/nowhere" })
        {
            using var answer = await http.GetAsync(new Uri(path, UriKind.Relative));
            Assert.That(answer.Headers.GetValues("Strict-Transport-Security").Single(), Is.EqualTo("max-age=31536000; includeSubDomains"), path);
        }
    }

    [Test]
    public async Task There_is_no_mailbox()
    {
        foreach (var path in new[] { "/dev/mailbox", "/dev/mailbox.json" })
        {
            using var answer = await http.GetAsync(new Uri(path, UriKind.Relative));
            Assert.That((int)answer.StatusCode, Is.EqualTo(404));
        }
    }

    private async Task AddUserAsync(string email, string password)
    {
        var hash = await app.Services.GetRequiredService<PasswordHashing>().HashAsync(password, CancellationToken.None);
        await using var scope = app.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AppDbContext>();
        NewUser.Add(db, email, CanonicalAddress.From(email), confirmed: true, DateTimeOffset.UtcNow, passwordHash: hash);
        await db.SaveChangesAsync();
    }
}
