using System.Net;
using System.Text.RegularExpressions;

namespace WebApp.Tests.Support;

/// <summary>A browser without a screen: keeps cookies, and sends each form with the antiforgery token of its page. Follows no redirects.</summary>
public sealed partial class PageClient
{
    private readonly CookieContainer cookies = new();
    private readonly HttpClient http;
    private readonly TestApp app;

    /// <param name="app">The site.</param>
    /// <param name="navigates">Whether it says, as a real browser does, that it shows what comes back.</param>
    public PageClient(TestApp app, bool navigates = false)
    {
        this.app = app;
        http = new(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = cookies }) { BaseAddress = app.BaseAddress };
        if (navigates)
        {
            http.DefaultRequestHeaders.Add("Accept", "text/html");
        }
    }

    /// <summary>The session cookie's value; null when signed out.</summary>
    public string? Session => Cookie("session");

    /// <summary>A browser that is signed in.</summary>
    public static async Task<PageClient> SignInAsync(TestApp app, TestUser user, bool remember = false)
    {
        var browser = new PageClient(app);
        var answer = await browser.LoginAsync(user, remember);
        Assert.That(answer.Status, Is.EqualTo(HttpStatusCode.Found), answer.Text);
        return browser;
    }

    /// <summary>A cookie's value, or null.</summary>
    public string? Cookie(string name) => cookies.GetCookies(app.BaseAddress)[name]?.Value;

    /// <summary>Takes a cookie away, as a browser that was cleared.</summary>
    public void Forget(string name) => cookies.GetCookies(app.BaseAddress)[name]!.Expired = true;

    /// <summary>Puts a cookie in, as whoever saved it would.</summary>
    public PageClient With(string name, string? value)
    {
        cookies.Add(app.BaseAddress, new Cookie(name, value) { Path = "/" });
        return this;
    }

    public async Task<ApiAnswer> GetAsync(string path)
    {
        using var response = await http.GetAsync(new Uri(path, UriKind.Relative));
        return await ApiAnswer.ReadAsync(response);
    }

    /// <summary>Posts fields as they are.</summary>
    public async Task<ApiAnswer> PostAsync(string path, params (string Name, string Value)[] fields)
    {
        using var form = new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));
        using var response = await http.PostAsync(new Uri(path, UriKind.Relative), form);
        return await ApiAnswer.ReadAsync(response);
    }

    /// <summary>Sends fields by any method.</summary>
    public async Task<ApiAnswer> SendAsync(HttpMethod method, string path, params (string Name, string Value)[] fields)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        request.Content = new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));
        using var response = await http.SendAsync(request);
        return await ApiAnswer.ReadAsync(response);
    }

    /// <summary>Opens a page and posts a form of it to <paramref name="action"/>.</summary>
    public async Task<ApiAnswer> SubmitAsync(string page, string action, params (string Name, string Value)[] fields) =>
        await PostAsync(action, [.. fields, ("__RequestVerificationToken", await AntiforgeryTokenAsync(page))]);

    /// <summary>Opens a page with one form and posts it to the page's own path.</summary>
    public Task<ApiAnswer> SubmitAsync(string page, params (string Name, string Value)[] fields) => SubmitAsync(page, page, fields);

    /// <summary>Fills in the login form.</summary>
    public Task<ApiAnswer> LoginAsync(TestUser user, bool remember = false) =>
        SubmitAsync("/login", ("Email", user.Email), ("Password", user.Password), ("RememberMe", remember ? "true" : "false"));

    /// <summary>Whether the account page opens.</summary>
    public async Task<bool> IsSignedInAsync()
    {
        var answer = await GetAsync("/account");
        Assert.That(answer.Status, Is.AnyOf(HttpStatusCode.OK, HttpStatusCode.Found));
        return answer.Status == HttpStatusCode.OK;
    }

    /// <summary>The hidden token of a page's form.</summary>
    public async Task<string> AntiforgeryTokenAsync(string page) => AntiforgeryTokenIn((await GetAsync(page)).Text);

    /// <summary>The hidden token in a page's HTML.</summary>
    public static string AntiforgeryTokenIn(string html)
    {
        var token = AntiforgeryField().Match(html);
        Assert.That(token.Success, Is.True, $"No form in {html}");
        return token.Groups[1].Value;
    }

    [GeneratedRegex("name=\"__RequestVerificationToken\" type=\"hidden\" value=\"([^\"]+)\"")]
    private static partial Regex AntiforgeryField();
}
