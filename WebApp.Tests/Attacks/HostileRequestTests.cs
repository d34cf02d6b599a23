using System.Net;
using WebApp.Tests.Support;

namespace WebApp.Tests.Attacks;

/// <summary>Characters, chunks, cookies and values that no client of ours sends, in the parts of a request that are not fields of a body.</summary>
public sealed class HostileRequestTests : HostileInput
{
    [Test]
    public async Task Names_of_fields_and_pieces_of_paths_are_refused_alike()
    {
        foreach (var path in new[] { "/login?%1b=x", "/nowhere/%1b", "/api/v1/me?a%7f=1", "/api/v1/groups/%1b" })
        {
            Assert.That((await RawHttp.SendAsync(App, $"GET {path}", "", $"Host: {App.BaseAddress.Authority}")).Status, Is.EqualTo(400), path);
        }

        using var browser = new PageClient(App);
        Assert.That((await browser.SubmitAsync("/login", ($"{Canary}\0", "x"))).Status, Is.EqualTo(HttpStatusCode.BadRequest));
        foreach (var call in new[] { "/tokens/introspect", "/tokens/revoke" })
        {
            var refused = await new ApiClient(App).PostFormAsync(call, Bearer, ("token", $"{Canary}\u001b"));
            Assert.That((refused.Code, Answer.Members(refused.Json.GetProperty("errors"))), Is.EqualTo(("validation_failed", (string[])["token"])), call);
        }
    }

    [TestCase("X-Forwarded-For")]
    [TestCase("X-Forwarded-Proto")]
    [TestCase("X-Forwarded-Uri")]
    [TestCase("X-Original-URL")]
    [TestCase("X-Remote-User")]
    [TestCase("Authorization")]
    [TestCase("Cookie")]
    [TestCase("Accept-Language")]
    public async Task A_control_character_in_a_header_is_refused(string header)
    {
        foreach (var path in new[] { "/login", "/api/v1/me", "/api/v1/forward-auth" })
        {
            var (status, text) = await RawHttp.SendAsync(App, $"GET {path}", "", $"Host: {App.BaseAddress.Authority}", $"{header}: {Canary}\u001b[31m");
            Assert.That(status, Is.EqualTo(400), text);
            Assert.That(text, Does.Contain(path == "/login" ? "text/html" : "validation_failed"));
        }
    }

    [Test]
    public async Task In_the_name_a_client_gives_itself_it_is_left_out()
    {
        var (status, text) = await RawHttp.SendAsync(App, "GET /login", "", $"Host: {App.BaseAddress.Authority}", "User-Agent: Mozilla\u001b[31m/5.0");
        Assert.That(status, Is.EqualTo(200), text);
    }

    [TestCase("POST /login", "application/x-www-form-urlencoded")]
    [TestCase("POST /api/v1/auth/login", "application/json")]
    [TestCase("POST /api/v1/tokens/revoke", "application/x-www-form-urlencoded")]
    [TestCase("POST /nowhere", "application/x-www-form-urlencoded")]
    public async Task A_body_in_broken_chunks_is_a_bad_request_and_no_failure(string line, string type)
    {
        foreach (var chunks in new[] { $"zz\r\n{Canary}\r\n0\r\n\r\n", $"-1\r\n{Canary}", "ffffffffffffffffff\r\nx", $"5\r\n{Canary}{Canary}\r\n0\r\n\r\n" })
        {
            var request = $"{line} HTTP/1.1\r\nHost: {App.BaseAddress.Authority}\r\nContent-Type: {type}\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n{chunks}";
            var (status, text) = await RawHttp.SendAsync(App.BaseAddress, request);
            Assert.That(status, Is.EqualTo(line.EndsWith("nowhere", StringComparison.Ordinal) ? 404 : 400).Or.EqualTo(400), text);
        }
    }

    [TestCase("antiforgery")]
    [TestCase("session")]
    [TestCase("notice")]
    [TestCase("pending")]
    [TestCase("device")]
    [TestCase("passkey")]
    public async Task A_cookie_of_ours_that_is_garbage_is_as_none(string name)
    {
        foreach (var value in new[] { Canary, "CfDJ8" + Canary, "%00", "", "a|b|c", new string('A', 3000) })
        {
            using var browser = new PageClient(App).With(name, value);
            Assert.That((await browser.GetAsync("/login")).Status, Is.EqualTo(HttpStatusCode.OK));
            var form = await browser.PostWithTokenAsync("/login", ("Email", "a@example.org"), ("Password", "x"));
            Assert.That((int)form.Status, Is.LessThan(500));
        }
    }

    [Test]
    public async Task Pages_dates_and_addresses_out_of_range_are_no_failure()
    {
        string[] values =
        [
            "2147483647", "-2147483648", "0", "-1", "99999999999999999999", "0001-01-01", "0001-01-01T00:00:00Z", "9999-12-31T23:59", "9999-12-31T23:59:59.9999999Z", "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00",
            "fe80::1%1", "::ffff:1.2.3.4/120", "0.0.0.0/0", "::/0", "1", "fe80::1%1/64", "255.255.255.255/33", "ffffffff-ffff-ffff-ffff-ffffffffffff", "\uFFFF", "%", "_", "\\",
        ];
        using var browser = await PageClient.SignInAsync(App, await App.CreateAdminAsync());
        foreach (var way in WayIn.All(App).Where(way => way.Reads))
        {
            foreach (var (name, value) in way.Inputs.SelectMany(name => values.Select(value => (name, value))))
            {
                using var request = new HttpRequestMessage(way.Method, new Uri($"{way.Path()}?{name}={Uri.EscapeDataString(value)}", UriKind.Relative));
                request.Headers.Authorization = way.IsApi ? new("Bearer", Bearer) : null;
                Assert.That((int)(await browser.SendAsync(request)).Status, Is.LessThan(500), $"{way} {name}={value}");
            }
        }
    }
}
