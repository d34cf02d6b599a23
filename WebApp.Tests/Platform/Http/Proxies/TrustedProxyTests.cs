using System.Net;
using System.Net.Http.Json;
using WebApp.Tests.Support;

namespace WebApp.Tests.Platform.Http.Proxies;

/// <summary>Which address a sign-in leaves behind in its session and its event, over real connections.</summary>
public sealed class TrustedProxyTests() : OwnApp("Proxy:Trusted:0=127.0.0.99", "Proxy:Trusted:1=10.0.0.0/8", "Proxy:Trusted:2=2001:db8:aaaa::/48")
{
    private const string Proxy = "127.0.0.99";
    private const string Stranger = "127.0.0.2";

    [TestCase("198.51.100.7", "X-Forwarded-For: 198.51.100.7")]
    [TestCase("198.51.100.7", "x-fORWARDED-fOR: 198.51.100.7")]
    [TestCase("198.51.100.7", "X-Forwarded-For: 1.1.1.1, 198.51.100.7, 10.0.0.2")]
    [TestCase("198.51.100.7", "X-Forwarded-For: 198.51.100.7, 2001:db8:aaaa::3, 10.0.0.2")]
    [TestCase("2001:db8:1::7", "X-Forwarded-For: 2001:db8:1::7")]
    [TestCase("2001:db8:1::7", "X-Forwarded-For: [2001:db8:1::7]:4711, 10.0.0.2")]
    [TestCase("198.51.100.7", "X-Forwarded-For: 1.1.1.1", "x-forwarded-for: 198.51.100.7", "X-FORWARDED-FOR: 10.0.0.2")]
    [TestCase("10.0.0.2", "X-Forwarded-For: 198.51.100.7, unknown, 10.0.0.2")]
    [TestCase(Proxy, "X-Forwarded-For: 010.0.0.2")]
    [TestCase(Proxy, "X-Real-IP: 198.51.100.7", "Forwarded: for=198.51.100.7", "X-Client-IP: 198.51.100.7")]
    [TestCase(Proxy)]
    public async Task Through_a_trusted_proxy_the_client_is_noted(string client, params string[] headers) =>
        Assert.That(await SignInAsync(Proxy, headers), Is.EqualTo((client, client)));

    [TestCase("X-Forwarded-For: 198.51.100.7")]
    [TestCase("x-forwarded-for: 198.51.100.7", "X-Forwarded-For: 10.0.0.2")]
    [TestCase("X-Forwarded-For: 198.51.100.7, 127.0.0.99")]
    [TestCase("X-Real-IP: 198.51.100.7", "Forwarded: for=198.51.100.7", "X-Original-For: 198.51.100.7", "X-Forwarded-Host: evil.example")]
    public async Task From_a_stranger_the_headers_change_nothing(params string[] headers) =>
        Assert.That(await SignInAsync(Stranger, headers), Is.EqualTo((Stranger, Stranger)));

    // What the session and the event say.
    private async Task<(string? Session, string? Event)> SignInAsync(string from, string[] headers)
    {
        var user = await App.CreateUserAsync();
        using var http = App.NewClient(from);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/api/v1/auth/login", UriKind.Relative));
        request.Content = JsonContent.Create(new { email = user.Email, password = user.Password });
        foreach (var header in headers)
        {
            request.Headers.TryAddWithoutValidation(header[..header.IndexOf(':')], header[(header.IndexOf(':') + 1)..].Trim());
        }

        using var answer = await http.SendAsync(request);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        return (
            await App.QueryAsync<string>("SELECT host(ip) FROM sessions WHERE user_id = $1", user.Id),
            await App.QueryAsync<string>("SELECT host(ip) FROM security_events WHERE user_id = $1 ORDER BY at DESC LIMIT 1", user.Id));
    }
}
