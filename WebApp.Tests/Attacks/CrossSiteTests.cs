using System.Net;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;
using WebApp.Platform.Data;
using WebApp.Tests.Pages;
using WebApp.Tests.Support;

namespace WebApp.Tests.Attacks;

/// <summary>What another site can make a browser do: post forms, follow links, name hosts.</summary>
public sealed class CrossSiteTests : OwnApp
{
    private static readonly string[] OtherPlaces =
    [
        "https://evil.example", "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example", "/\t/evil.example", "\t//evil.example", " //evil.example",
        "https:evil.example", "javascript:alert(1)", "data:text/html,x", "evil.example", "http://127.0.0.1@evil.example", "~//evil.example", "/\r\nSet-Cookie: x=1", "",
    ];

    [Test]
    public async Task A_form_without_its_token_is_refused_on_every_page()
    {
        var user = await App.CreateUserAsync();
        await App.QueryAsync<object>("INSERT INTO user_roles (user_id, role_id) VALUES ($1, $2)", user.Id, Role.AdminId); // Others are turned away from the console before.
        var browser = await PageClient.SignInAsync(App, user);
        var before = await Rows.CountAsync(App);
        foreach (var path in PagesThatPost())
        {
            Assert.That((await browser.PostAsync(path, Fields(user))).Status, Is.EqualTo(HttpStatusCode.BadRequest), path);
            Assert.That((await browser.PostAsync(path, [.. Fields(user), ("__RequestVerificationToken", "x")])).Status, Is.EqualTo(HttpStatusCode.BadRequest), path);
        }

        Assert.That(await Rows.CountAsync(App), Is.EqualTo(before));
        Assert.That(await browser.IsSignedInAsync(), Is.True);
    }

    [Test]
    public async Task A_form_with_the_token_of_another_user_is_refused_on_every_page()
    {
        var (user, attacker) = (await App.CreateUserAsync(), await App.CreateUserAsync());
        await App.QueryAsync<object>("INSERT INTO user_roles (user_id, role_id) VALUES ($1, $2)", user.Id, Role.AdminId);
        var (browser, other) = (await PageClient.SignInAsync(App, user), await PageClient.SignInAsync(App, attacker));
        var stolen = await other.AntiforgeryTokenAsync("/account");
        var signedOut = new PageClient(App);
        var early = await signedOut.AntiforgeryTokenAsync("/login");
        var before = await Rows.CountAsync(App);
        foreach (var (token, cookie) in new[] { (stolen, other.Cookie("antiforgery")), (early, signedOut.Cookie("antiforgery")) })
        {
            browser.With("antiforgery", cookie);
            foreach (var path in PagesThatPost())
            {
                var answer = await browser.PostAsync(path, [.. Fields(user), ("__RequestVerificationToken", token)]);
                Assert.That(answer.Status, Is.EqualTo(HttpStatusCode.BadRequest), path);
            }
        }

        Assert.That(await Rows.CountAsync(App), Is.EqualTo(before));
    }

    [TestCaseSource(nameof(OtherPlaces))]
    public async Task After_signing_in_nobody_is_sent_to_another_site(string returnUrl)
    {
        var user = await App.CreateUserAsync();
        var browser = new PageClient(App);
        var query = $"/login?returnUrl={Uri.EscapeDataString(returnUrl)}";
        var page = await browser.GetAsync(query);
        Assert.That(page.Text, Does.Not.Contain("evil.example"));
        var answer = await browser.SubmitAsync(query, "/login", ("Email", user.Email), ("Password", user.Password), ("ReturnUrl", returnUrl));
        Assert.That(answer.Headers["Location"], Is.EqualTo("/account"));
        Assert.That((await browser.GetAsync(query)).Headers["Location"], Is.EqualTo("/account"), "Signed in already.");
    }

    [Test]
    public async Task After_signing_in_one_goes_where_one_wanted_to_go()
    {
        var user = await App.CreateUserAsync();
        var browser = new PageClient(App);
        var sent = (await browser.GetAsync("/account/sessions?x=1")).Headers["Location"];
        Assert.That(sent, Is.EqualTo("/login?returnUrl=%2Faccount%2Fsessions%3Fx%3D1"));
        var answer = await browser.SubmitAsync(sent, "/login", ("Email", user.Email), ("Password", user.Password), ("ReturnUrl", "/account/sessions?x=1"));
        Assert.That(answer.Headers["Location"], Is.EqualTo("/account/sessions?x=1"));
    }

    [Test]
    public async Task A_forged_host_is_in_no_mail_and_no_redirect()
    {
        var user = await App.CreateUserAsync();
        var newcomer = $"{Guid.NewGuid():N}@example.org";
        string[] forged = ["Host: evil.example", "X-Forwarded-Host: evil.example", "X-Forwarded-Proto: https", "Forwarded: host=evil.example", "Content-Type: application/json"];
        var (reset, _) = await RawHttp.SendAsync(App, "POST /api/v1/auth/forgot-password", $$"""{"email":"{{user.Email}}"}""", forged);
        var (register, _) = await RawHttp.SendAsync(
            App, "POST /api/v1/auth/register", $$"""{"email":"{{newcomer}}","password":"Copper lantern over the 7 hills!"}""", forged);
        Assert.That((reset, register), Is.EqualTo((202, 202)));
        Assert.That((await Mailbox.NewestAsync(user.Email, "/reset-password", App.BaseAddress)).Url.GetLeftPart(UriPartial.Authority), Is.EqualTo(App.BaseAddress.GetLeftPart(UriPartial.Authority)));
        Assert.That((await Mailbox.NewestAsync(newcomer, "/confirm-email", App.BaseAddress)).Url.GetLeftPart(UriPartial.Authority), Is.EqualTo(App.BaseAddress.GetLeftPart(UriPartial.Authority)));

        var (status, page) = await RawHttp.SendAsync(App, "GET /account", "", "Host: evil.example", "X-Forwarded-Host: evil.example");
        Assert.That(status, Is.EqualTo(302));
        Assert.That(page, Does.Not.Contain("evil.example"));
    }

    [Test]
    public async Task Opening_a_mailed_link_changes_nothing_however_often()
    {
        var user = await App.CreateUserAsync();
        var newcomer = $"{Guid.NewGuid():N}@example.org";
        await Api.PostAsync("/auth/forgot-password", new { email = user.Email });
        await Api.PostAsync("/auth/register", new { email = newcomer, password = "Copper lantern over the 7 hills!" });
        var (reset, confirm) = (await Mailbox.NewestAsync(user.Email, "/reset-password", App.BaseAddress), await Mailbox.NewestAsync(newcomer, "/confirm-email", App.BaseAddress));

        var before = await Rows.CountAsync(App);
        using var scanner = App.NewClient();
        foreach (var link in new[] { reset.Link, confirm.Link })
        {
            foreach (var method in new[] { HttpMethod.Get, HttpMethod.Head, HttpMethod.Get, HttpMethod.Options })
            {
                using var request = new HttpRequestMessage(method, new Uri(link, UriKind.Relative));
                using var response = await scanner.SendAsync(request);
                Assert.That((int)response.StatusCode, Is.LessThan(500));
            }
        }

        Assert.That(await Rows.CountAsync(App), Is.EqualTo(before));
        var done = await new PageClient(App).SubmitAsync(confirm.Link, "/confirm-email", ("Token", confirm.Token), ("Password", "Copper lantern over the 7 hills!"));
        Assert.That(done.Headers["Location"], Is.EqualTo("/login"));
        Assert.That((await Api.PostAsync("/auth/reset-password", new { token = reset.Token, new_password = "Velvet harbour over the 7 hills!" })).Status, Is.EqualTo(HttpStatusCode.NoContent));
    }

    [Test]
    public async Task No_other_site_may_read_answers_or_frame_pages()
    {
        using var client = App.NewClient();
        client.DefaultRequestHeaders.Add("Origin", "https://evil.example");
        foreach (var path in new[] { "/login", "/api/v1/me", "/nowhere", "/api/v1/nowhere" })
        {
            using var response = await client.GetAsync(new Uri(path, UriKind.Relative));
            var answer = await Answer.ReadAsync(response);
            Assert.That(answer.Headers, Does.Not.ContainKey("Access-Control-Allow-Origin"), path);
            Assert.That(answer.Headers["Content-Security-Policy"], Does.Contain("frame-ancestors 'none'").And.Not.Contain("unsafe-inline"), path);
            Assert.That(answer.Headers["X-Content-Type-Options"], Is.EqualTo("nosniff"), path);
        }
    }

    private static (string, string)[] Fields(TestUser user) => [("Email", user.Email), ("Password", user.Password), ("Token", "x"), ("Code", "12345678")];

    private string[] PagesThatPost()
    {
        var found = App.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods.Contains("POST") == true)
            .Select(endpoint => endpoint.RoutePattern)
            .Where(route => !route.RawText!.StartsWith("api/", StringComparison.Ordinal))
            .Select(route => "/" + string.Join('/', route.PathSegments.Select(Segment)))
            .ToArray();
        Assert.That(found, Has.Length.GreaterThanOrEqualTo(7));
        return found;
    }

    private static string Segment(RoutePatternPathSegment segment) => segment.Parts[0] is RoutePatternLiteralPart literal ? literal.Content : Guid.NewGuid().ToString();
}
