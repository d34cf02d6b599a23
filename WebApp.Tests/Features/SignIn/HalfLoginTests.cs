using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using WebApp.Areas.Api.Bearer;
using WebApp.Tests.Support;

namespace WebApp.Tests.Features.SignIn;

/// <summary>A half-finished sign-in opens nothing but its own completion. Walks every route there is, so a new one is covered when it is made.</summary>
public sealed partial class HalfLoginTests
{
    private static readonly string[] OwnPages = ["/login/mfa", "/login/mfa/email-code"];

    private static IEnumerable<(RouteEndpoint Endpoint, HttpMethod Method, string Path)> Routes =>
        from endpoint in TestApp.Shared.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        from method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["GET"]
        let path = "/" + Parameter().Replace(endpoint.RoutePattern.RawText!.TrimStart('/'), _ => Guid.Empty.ToString())
        select (endpoint, new HttpMethod(method), path);

    [Test]
    public async Task The_cookie_of_a_half_finished_sign_in_opens_no_page_and_no_call()
    {
        var user = await TestApp.Shared.CreateMfaUserAsync();
        using var browser = new PageClient(TestApp.Shared);
        Assert.That((await browser.LoginAsync(user)).Location, Is.EqualTo("/login/mfa"));
        var key = browser.Cookie("pending")!;
        Assert.That((await browser.GetAsync("/login/mfa")).Status, Is.EqualTo(HttpStatusCode.OK), "it opens its own page");
        using var http = TestApp.Shared.NewClient();
        var guarded = 0;
        foreach (var (endpoint, method, path) in Routes.Where(r => !OwnPages.Contains(r.Path)))
        {
            // The pending key is tried in the session's place, too.
            var half = await SendAsync(http, method, path, $"pending={key}; session={key}");
            Assert.That(half, Is.EqualTo(await SendAsync(http, method, path, cookie: null)), $"{method} {path} differs from a visitor's");
            if (endpoint.Metadata.GetOrderedMetadata<IAuthorizeData>() is [_, ..] asked && asked.All(a => a.AuthenticationSchemes is null))
            {
                guarded++;
                Assert.That(half.Status, Is.EqualTo(HttpStatusCode.Redirect), $"{method} {path}");
                Assert.That(half.Location, Does.StartWith("/login").And.Not.StartWith("/login/"), $"{method} {path}");
            }
        }

        Assert.That(guarded, Is.GreaterThanOrEqualTo(7), "the walk found the settings");
    }

    [Test]
    public async Task An_mfa_token_is_no_bearer_token()
    {
        var token = await new ApiClient(TestApp.Shared).BeginAsync(await TestApp.Shared.CreateMfaUserAsync());
        using var http = TestApp.Shared.NewClient();
        var guarded = 0;
        foreach (var (_, method, path) in Routes.Where(r => r.Endpoint.Metadata.GetMetadata<BearerAuthorizeAttribute>() is not null))
        {
            guarded++;
            using var request = new HttpRequestMessage(method, path);
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {token}");
            using var response = await http.SendAsync(request);
            Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized), $"{method} {path}");
        }

        Assert.That(guarded, Is.GreaterThanOrEqualTo(9), "the walk found the calls");
    }

    [Test]
    public async Task An_mfa_token_is_no_refresh_token()
    {
        var api = new ApiClient(TestApp.Shared);
        var token = await api.BeginAsync(await TestApp.Shared.CreateMfaUserAsync());
        Assert.That((await api.PostAsync("/auth/refresh", new { refresh_token = token })).Status, Is.EqualTo(HttpStatusCode.Unauthorized));
    }

    private static async Task<(HttpStatusCode Status, string? Location)> SendAsync(HttpClient http, HttpMethod method, string path, string? cookie)
    {
        using var request = new HttpRequestMessage(method, path);
        if (cookie is not null)
        {
            request.Headers.Add("Cookie", cookie);
        }

        using var response = await http.SendAsync(request);
        return (response.StatusCode, response.Headers.Location?.OriginalString);
    }

    [GeneratedRegex(@"\{[^}]+\}")]
    private static partial Regex Parameter();
}
