using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using WebApp.Tests.Support;

namespace WebApp.Tests.Sessions;

/// <summary>Production: behind a proxy that ends TLS, every cookie is Secure and belongs to this host alone.</summary>
public sealed class ProductionCookieTests
{
    private ProductionApp app = null!;
    private HttpClient http = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        app = await ProductionApp.StartAsync("Proxy:Trusted=127.0.0.1");
        http = app.NewClient();
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
        using var register = await http.PostAsJsonAsync(new Uri("/api/v1/auth/register", UriKind.Relative), new { email = "ada@example.org", password });
        Assert.That((int)register.StatusCode, Is.EqualTo(202));
        await using var confirm = app.App.Services.GetRequiredService<NpgsqlDataSource>().CreateCommand("UPDATE users SET email_confirmed = true");
        await confirm.ExecuteNonQueryAsync();

        using var page = await http.GetAsync(new Uri("/login", UriKind.Relative));
        var antiforgery = page.Headers.GetValues("Set-Cookie").Single();
        Assert.That(antiforgery, Does.Match("^__Host-antiforgery=[^;]+; path=/; secure; samesite=lax; httponly$"));

        using var form = new HttpRequestMessage(HttpMethod.Post, new Uri("/login", UriKind.Relative));
        form.Headers.Add("Cookie", antiforgery.Split(';')[0]);
        form.Content = new FormUrlEncodedContent([
            new("Email", "ada@example.org"), new("Password", password), new("__RequestVerificationToken", PageClient.AntiforgeryTokenIn(await page.Content.ReadAsStringAsync()))]);
        using var signedIn = await http.SendAsync(form);
        Assert.That((int)signedIn.StatusCode, Is.EqualTo(302));
        Assert.That(signedIn.Headers.GetValues("Set-Cookie"), Has.Some.Match("^__Host-session=[A-Za-z0-9_-]{64}; path=/; secure; samesite=lax; httponly$"));
        Assert.That(signedIn.Headers.GetValues("Set-Cookie"), Has.All.Match("^__Host-.*; path=/; secure; samesite=lax; httponly$"));
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
}
