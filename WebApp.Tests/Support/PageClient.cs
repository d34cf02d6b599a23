using System.Net;
using System.Text.RegularExpressions;

namespace WebApp.Tests.Support;

/// <summary>A browser without a window and without scripts: it keeps cookies, sends forms with their antiforgery token, and follows no redirects.</summary>
public sealed partial class PageClient : IDisposable
{
    private readonly CookieContainer cookies;
    private readonly HttpClient http;
    private readonly Uri site;

    /// <param name="app">The site.</param>
    /// <param name="navigates">Whether it says, as a real browser does, that it shows what comes back.</param>
    public PageClient(TestApp app, bool navigates = false)
        : this(app.BaseAddress, null, navigates)
    {
    }

    /// <summary>One of a node of any version, which may have the cookies of another.</summary>
    public PageClient(Uri site, CookieContainer? shared = null, bool navigates = false)
    {
        this.site = site;
        cookies = shared ?? new();
        http = new(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = cookies }) { BaseAddress = site };
        if (navigates)
        {
            http.DefaultRequestHeaders.Add("Accept", "text/html");
        }
    }

    /// <summary>The session cookie's value; null when signed out.</summary>
    public string? Session => Cookie("session");

    /// <summary>A browser that is signed in; fails the test where that is refused.</summary>
    public static async Task<PageClient> SignInAsync(TestApp app, TestUser user, bool remember = false)
    {
        var browser = new PageClient(app);
        var answer = await browser.LoginAsync(user, remember);
        Assert.That((answer.Status, answer.Location), Is.EqualTo((HttpStatusCode.Found, "/account")), answer.Text);
        return browser;
    }

    /// <summary>A cookie's value; null where there is none.</summary>
    public string? Cookie(string name) => cookies.GetCookies(site)[name]?.Value;

    /// <summary>When a cookie ends; the minimum where it ends with the browser.</summary>
    public DateTime CookieExpires(string name) => cookies.GetCookies(site)[name]!.Expires;

    /// <summary>Removes a cookie.</summary>
    public void Forget(string name) => cookies.GetCookies(site)[name]!.Expired = true;

    /// <summary>Sets a cookie.</summary>
    public PageClient With(string name, string? value)
    {
        cookies.Add(site, new Cookie(name, value) { Path = "/" });
        return this;
    }

    /// <summary>Asks for pages in a language.</summary>
    public PageClient Asking(string language)
    {
        http.DefaultRequestHeaders.TryAddWithoutValidation("Accept-Language", language);
        return this;
    }

    public Task<Answer> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    /// <summary>Sends a request without a body.</summary>
    public async Task<Answer> SendAsync(HttpMethod method, string path)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.RelativeOrAbsolute));
        using var response = await http.SendAsync(request);
        return await Answer.ReadAsync(response);
    }

    /// <summary>Sends fields as they are, by any method.</summary>
    public async Task<Answer> SendAsync(HttpMethod method, string path, params (string Name, string Value)[] fields)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.RelativeOrAbsolute));
        request.Content = new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));
        using var response = await http.SendAsync(request);
        return await Answer.ReadAsync(response);
    }

    /// <summary>Posts fields as they are.</summary>
    public Task<Answer> PostAsync(string path, params (string Name, string Value)[] fields) => SendAsync(HttpMethod.Post, path, fields);

    /// <summary>Opens a page and posts a form of it to <paramref name="action"/>.</summary>
    public async Task<Answer> SubmitAsync(string page, string action, params (string Name, string Value)[] fields) =>
        await PostAsync(action, [.. fields, .. HiddenIn((await GetAsync(page)).Text)]);

    /// <summary>Opens a page with one form and posts it to the page's own path.</summary>
    public Task<Answer> SubmitAsync(string page, params (string Name, string Value)[] fields) => SubmitAsync(page, page, fields);

    /// <summary>Posts fields with the token of a page that everybody can open: the account's where signed in, else the login page.</summary>
    public async Task<Answer> PostFormAsync(string path, params (string Name, string Value)[] fields)
    {
        var page = await GetAsync("/account") is { Status: HttpStatusCode.OK } own ? own : await GetAsync("/login");
        return await PostAsync(path, [.. fields, .. HiddenIn(page.Text)]);
    }

    /// <summary>Fills in the login form.</summary>
    public Task<Answer> LoginAsync(TestUser user, bool remember = false, string query = "") =>
        SubmitAsync($"/login{query}", ("Email", user.Email), ("Password", user.Password), ("RememberMe", remember ? "true" : "false"));

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

    // What a browser sends of each form beside what is typed.
    private static (string Name, string Value)[] HiddenIn(string html) =>
        [(AntiforgeryName, AntiforgeryTokenIn(html)), .. PageField().Match(html) is { Success: true } field ? ((string, string)[])[("__PageToken", field.Groups[1].Value)] : []];

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();

    private const string AntiforgeryName = "__RequestVerificationToken";

    [GeneratedRegex($"name=\"{AntiforgeryName}\" type=\"hidden\" value=\"([^\"]+)\"")]
    private static partial Regex AntiforgeryField();

    [GeneratedRegex("name=\"__PageToken\" type=\"hidden\" value=\"([^\"]+)\"")]
    private static partial Regex PageField();
}
