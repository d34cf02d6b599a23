using System.Net;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Logging;
using Microsoft.Playwright;
using WebApp.Features.Applications;
using WebApp.Tests.Pages;
using WebApp.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace WebApp.Tests.Samples;

/// <summary>Every sample is started and used in a browser: with openid-client, Authlib, ASP.NET Core's handlers and oidc-client-ts, all of them set up by the discovery document alone.</summary>
[Category("Browser")]
[Category("Process")]
public sealed class SampleTests
{
    private static TestApp App => TestApp.Shared;

    [TestCase("aspnet", "signin-oidc", "signout-callback-oidc")]
    [TestCase("node", "callback", "")]
    [TestCase("python", "callback", "")]
    public async Task Someone_signs_in_and_out_and_a_token_is_refused_as_soon_as_its_session_has_ended(string name, string callback, string signedOut)
    {
        var port = TestApp.FreePort();
        var site = new Uri($"http://localhost:{port}/");
        using var party = await OidcClient.CreateAsync(App, Trusted with { RedirectUris = [$"{site}{callback}"], PostLogoutRedirectUris = [$"{site}{signedOut}"] });
        await using var sample = await SampleProcess.StartAsync(name, port, ("ISSUER", App.BaseAddress.AbsoluteUri), ("CLIENT_ID", party.ClientId), ("CLIENT_SECRET", party.Secret));
        var user = await App.CreateUserAsync("Ada Lovelace");

        await using var tab = await SignInAsync(site, user);
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await Expect(Heading(tab, "Hello stranger")).ToBeVisibleAsync();
        Assert.That(await App.QueryAsync<long>("SELECT count(*) FROM sessions WHERE user_id = $1 AND revoked_at IS NULL", user.Id), Is.Zero);

        using var browser = await PageClient.SignInAsync(App, user);
        var tokens = await party.SignInAsync(browser);
        Assert.That(await CallAsync(site, tokens.Access), Is.EqualTo((HttpStatusCode.OK, $"{{\"hello\":\"{user.Id}\"}}")));
        await browser.PostFormAsync("/logout");
        Assert.That((await CallAsync(site, tokens.Access)).Status, Is.EqualTo(HttpStatusCode.Unauthorized));
        Assert.That((await CallAsync(site, "nonsense")).Status, Is.EqualTo(HttpStatusCode.Unauthorized));
    }

    [Test]
    public async Task The_Node_sample_signs_someone_out_when_their_session_ends_elsewhere()
    {
        var port = TestApp.FreePort();
        var site = new Uri($"http://localhost:{port}/");
        using var party = await OidcClient.CreateAsync(App, Trusted with { RedirectUris = [$"{site}callback"], BackchannelLogoutUri = $"{site}backchannel-logout" });
        await using var sample = await SampleProcess.StartAsync("node", port, ("ISSUER", App.BaseAddress.AbsoluteUri), ("CLIENT_ID", party.ClientId), ("CLIENT_SECRET", party.Secret));
        var user = await App.CreateUserAsync("Ada Lovelace");
        await using var tab = await SignInAsync(site, user);

        var api = new ApiClient(App);
        await api.PostAsync("/auth/logout-everywhere", null, (await api.LoginAsync(user)).Access);

        await Patience.UntilAsync(async () =>
        {
            await tab.GoAsync(site.AbsoluteUri);
            return await Heading(tab, "Hello stranger").IsVisibleAsync();
        });
    }

    [Test]
    public async Task The_page_without_a_server_signs_someone_in_refreshes_and_loses_its_tokens_with_the_session()
    {
        await SampleProcess.InstallAsync("spa");
        var site = new Uri($"http://localhost:{TestApp.FreePort()}/");
        await using var app = await TestApp.StartAsync(null, null, $"Cors:AllowedOrigins:0={site.GetLeftPart(UriPartial.Authority)}");
        using var party = await OidcClient.CreateAsync(app, Trusted with { IsPublic = true, RedirectUris = [site.AbsoluteUri], PostLogoutRedirectUris = [site.AbsoluteUri] });
        await using var server = await ServeAsync(site, app.BaseAddress, party.ClientId);
        var user = await app.CreateUserAsync("Ada Lovelace");

        await using var tab = await SignInAsync(site, user);
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Refresh" }).ClickAsync();
        await Expect(tab.Page.GetByText("Refreshed.")).ToBeVisibleAsync();
        await tab.GoAsync(site.AbsoluteUri);
        await Expect(Heading(tab, "Hello Ada Lovelace")).ToBeVisibleAsync();

        var api = new ApiClient(app);
        await api.PostAsync("/auth/logout-everywhere", null, (await api.LoginAsync(user)).Access);
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Refresh" }).ClickAsync();
        await Expect(tab.Page.Locator("#state")).ToHaveTextAsync(new System.Text.RegularExpressions.Regex(".+"));
        await Expect(tab.Page.Locator("#state")).Not.ToHaveTextAsync("Refreshed.");
    }

    private static ApplicationSettings Trusted => OidcClient.Settings with { IsTrusted = true, PostLogoutRedirectUris = [] };

    private static ILocator Heading(Tab tab, string text) => tab.Page.GetByRole(AriaRole.Heading, new() { Name = text, Exact = true });

    private static async Task<Tab> SignInAsync(Uri site, TestUser user)
    {
        var tab = await Chromium.OpenAsync();
        await tab.GoAsync(site.AbsoluteUri);
        await tab.Page.GetByText("Sign in", new() { Exact = true }).ClickAsync();
        await tab.IsAtAsync("/login");
        await new LoginPage(tab).SignInAsync(user.Email, user.Password);
        await Expect(Heading(tab, "Hello Ada Lovelace")).ToBeVisibleAsync();
        return tab;
    }

    private static async Task<(HttpStatusCode Status, string Text)> CallAsync(Uri site, string token)
    {
        using HttpClient http = new();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(site, "api/hello"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var response = await http.SendAsync(request);
        return (response.StatusCode, (await response.Content.ReadAsStringAsync()).Trim());
    }

    private static async Task<WebApplication> ServeAsync(Uri site, Uri issuer, string clientId)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = [$"--urls={site}"] });
        builder.Logging.ClearProviders();
        var server = builder.Build();
        server.UseFileServer(new FileServerOptions { FileProvider = new PhysicalFileProvider(Path.Combine(SampleProcess.Root, "spa")) });
        server.MapGet("/config.json", () => Results.Json(new { issuer, clientId }));
        await server.StartAsync();
        return server;
    }
}
