using System.Net;
using System.Net.Http.Headers;
using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using WebApp.Tests.Support;

namespace WebApp.Tests.Features.Applications;

/// <summary>ASP.NET Core's own OpenID Connect and Bearer handlers, set up by the discovery document alone.</summary>
public sealed class StandardClientTests
{
    private static TestApp App => TestApp.Shared;

    private static string Authority => App.BaseAddress.AbsoluteUri;

    [Test]
    public async Task AddJwtBearer_accepts_an_access_token_and_no_other()
    {
        using var party = await OidcClient.CreateAsync(App);
        using var other = await OidcClient.CreateAsync(App);
        var user = await App.CreateUserAsync();
        using var browser = await PageClient.SignInAsync(App, user);
        var (tokens, foreign) = (await party.SignInAsync(browser), await other.SignInAsync(browser));
        var address = new Uri($"http://127.0.0.1:{TestApp.FreePort()}");
        await using var api = await StartAsync(address, services => services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddJwtBearer(bearer =>
        {
            (bearer.Authority, bearer.Audience, bearer.RequireHttpsMetadata, bearer.MapInboundClaims) = (Authority, party.ClientId, false, false);
            bearer.TokenValidationParameters.ValidTypes = ["at+jwt"];
        }), "sub");

        Assert.That(await AskAsync(address, tokens.Access), Is.EqualTo((HttpStatusCode.OK, user.Id.ToString())));
        Assert.That((await AskAsync(address, foreign.Access)).Status, Is.EqualTo(HttpStatusCode.Unauthorized));
        Assert.That((await AskAsync(address, tokens.Identity!)).Status, Is.EqualTo(HttpStatusCode.Unauthorized));
        Assert.That((await AskAsync(address, tokens.Access[..^4] + "AAAA")).Status, Is.EqualTo(HttpStatusCode.Unauthorized));
    }

    [Test]
    public async Task AddOpenIdConnect_signs_in_and_out()
    {
        var address = new Uri($"http://127.0.0.1:{TestApp.FreePort()}");
        using var party = await OidcClient.CreateAsync(App, OidcClient.Settings with
        {
            IsTrusted = true,
            RedirectUris = [$"{address}signin-oidc"],
            PostLogoutRedirectUris = [$"{address}signout-callback-oidc"],
        });
        var user = await App.CreateUserAsync("Ada Lovelace");
        await using var site = await StartAsync(address, services => services
            .AddAuthentication(options => (options.DefaultScheme, options.DefaultChallengeScheme) = (CookieAuthenticationDefaults.AuthenticationScheme, OpenIdConnectDefaults.AuthenticationScheme))
            .AddCookie()
            .AddOpenIdConnect(oidc =>
            {
                (oidc.Authority, oidc.ClientId, oidc.ClientSecret, oidc.RequireHttpsMetadata) = (Authority, party.ClientId, party.Secret, false);
                (oidc.ResponseType, oidc.ResponseMode, oidc.SaveTokens, oidc.MapInboundClaims) = ("code", "query", true, false);
                oidc.GetClaimsFromUserInfoEndpoint = true;
                oidc.Scope.Add("email");
                (oidc.CorrelationCookie.SecurePolicy, oidc.CorrelationCookie.SameSite) = (CookieSecurePolicy.SameAsRequest, SameSiteMode.Lax);
                (oidc.NonceCookie.SecurePolicy, oidc.NonceCookie.SameSite) = (CookieSecurePolicy.SameAsRequest, SameSiteMode.Lax);
            }), "email");

        CookieContainer cookies = new();
        using PageClient browser = new(App.BaseAddress, cookies);
        await browser.LoginAsync(user);
        using HttpClient http = new(new SocketsHttpHandler { CookieContainer = cookies, AllowAutoRedirect = true });
        var page = await http.GetAsync(address);
        var (email, at) = (await page.Content.ReadAsStringAsync(), page.RequestMessage!.RequestUri!);
        var left = await http.GetAsync(new Uri(address, "out"));

        Assert.That((email, at.Authority), Is.EqualTo((user.Email, address.Authority)));
        Assert.That(left.RequestMessage!.RequestUri!.AbsolutePath, Is.EqualTo("/left"), await left.Content.ReadAsStringAsync());
        Assert.That(await browser.IsSignedInAsync(), Is.False);
    }

    private static async Task<WebApplication> StartAsync(Uri address, Action<IServiceCollection> authentication, string claim)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = [$"--urls={address}"] });
        builder.Logging.ClearProviders();
        authentication(builder.Services);
        builder.Services.AddAuthorization();
        var app = builder.Build();
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapGet("/", (ClaimsPrincipal user) => user.FindFirst(claim)?.Value ?? "").RequireAuthorization();
        app.MapGet("/left", () => "signed out");
        app.MapGet("/out", (HttpContext context) => Results.SignOut(new AuthenticationProperties { RedirectUri = "/left" }, [CookieAuthenticationDefaults.AuthenticationScheme, OpenIdConnectDefaults.AuthenticationScheme]));
        await app.StartAsync();
        return app;
    }

    private static async Task<(HttpStatusCode Status, string Text)> AskAsync(Uri address, string token)
    {
        using HttpClient http = new();
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var answer = await http.SendAsync(request);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }
}
