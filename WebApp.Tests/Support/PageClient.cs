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
        : this(app.NewClient(), null, navigates)
    {
    }

    /// <summary>One of a node of any version, which may have the cookies of another.</summary>
    public PageClient(Uri site, CookieContainer? shared = null, bool navigates = false)
        : this(new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = site }, shared, navigates)
    {
    }

    /// <summary>One that sends by a client that keeps no cookies and follows no redirects.</summary>
    public PageClient(HttpClient http, CookieContainer? shared = null, bool navigates = false)
    {
        this.http = http;
        site = http.BaseAddress!;
        cookies = shared ?? new();
        if (navigates)
        {
            Saying("Accept", "text/html,*/*;q=0.8");
        }
    }

    /// <summary>The antiforgery token of the last page with a form that it opened.</summary>
    public string Token { get; set; } = "";

    /// <summary>The session cookie's value; null when signed out.</summary>
    public string? Session => Cookie("session");

    /// <summary>The cookies of the site, by name.</summary>
    public Dictionary<string, string> Cookies => cookies.GetCookies(site).ToDictionary(cookie => cookie.Name, cookie => cookie.Value);

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
    public PageClient Asking(string language) => Saying("Accept-Language", language);

    /// <summary>Sends a header with every request from now on, in place of one of the same name.</summary>
    public PageClient Saying(string name, string value)
    {
        http.DefaultRequestHeaders.Remove(name);
        http.DefaultRequestHeaders.TryAddWithoutValidation(name, value);
        return this;
    }

    /// <summary>Opens a page, and remembers the token of its form.</summary>
    public async Task<Answer> GetAsync(string path)
    {
        var answer = await SendAsync(HttpMethod.Get, path);
        if (AntiforgeryField().Match(answer.Body) is { Success: true } field)
        {
            Token = field.Groups[1].Value;
        }

        return answer;
    }

    /// <summary>Sends a request without a body.</summary>
    public async Task<Answer> SendAsync(HttpMethod method, string path)
    {
        using var request = new HttpRequestMessage(method, AddressOf(path));
        return await SendAsync(request);
    }

    /// <summary>Sends fields as they are, by any method.</summary>
    public async Task<Answer> SendAsync(HttpMethod method, string path, params (string Name, string Value)[] fields)
    {
        using var request = new HttpRequestMessage(method, AddressOf(path)) { Content = Content(fields) };
        return await SendAsync(request);
    }

    /// <summary>Sends anything with its cookies, and keeps those that come back unless told otherwise.</summary>
    public async Task<Answer> SendAsync(HttpRequestMessage request, bool keepCookies = true)
    {
        var address = request.RequestUri = new Uri(site, request.RequestUri!);
        if (cookies.GetCookieHeader(address) is { Length: > 0 } held)
        {
            request.Headers.TryAddWithoutValidation("Cookie", held);
        }

        using var response = await http.SendAsync(request);
        var answer = await Answer.ReadAsync(response);
        foreach (var cookie in keepCookies ? answer.SetCookies : [])
        {
            // Production is behind a proxy that ends TLS, and tests come in its place: the cookies are Secure, the address is not.
            cookies.SetCookies(address, address.Scheme == Uri.UriSchemeHttp ? cookie.Replace("; secure", "", StringComparison.OrdinalIgnoreCase) : cookie);
        }

        return answer;
    }

    /// <summary>A form with <see cref="Token"/>, for tests that change it before they send it.</summary>
    public HttpRequestMessage Form(string path, params (string Name, string Value)[] fields) =>
        new(HttpMethod.Post, AddressOf(path)) { Content = Content([(AntiforgeryName, Token), .. fields]) };

    /// <summary>Posts fields as they are.</summary>
    public Task<Answer> PostAsync(string path, params (string Name, string Value)[] fields) => SendAsync(HttpMethod.Post, path, fields);

    /// <summary>Posts fields with <see cref="Token"/>.</summary>
    public Task<Answer> PostWithTokenAsync(string path, params (string Name, string Value)[] fields) => PostAsync(path, [(AntiforgeryName, Token), .. fields]);

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

    /// <summary>The same browser, whom the load balancer sends to another node: cookies and host stay.</summary>
    public PageClient At(TestApp node)
    {
        PageClient other = new(node.BaseAddress, cookies);
        other.http.DefaultRequestHeaders.Host = site.Authority;
        return other;
    }

    /// <summary>The same browser with what it keeps now: what the one gets, the other does not.</summary>
    public PageClient Copy()
    {
        CookieContainer own = new();
        own.Add(cookies.GetAllCookies());
        PageClient other = new(site, own);
        other.http.DefaultRequestHeaders.Host = http.DefaultRequestHeaders.Host;
        return other;
    }

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

    private static FormUrlEncodedContent Content((string Name, string Value)[] fields) => new(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));

    // A path alone is an absolute address to Uri, that of a file.
    private static Uri AddressOf(string path) => new(path, path.StartsWith('/') ? UriKind.Relative : UriKind.RelativeOrAbsolute);

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();

    private const string AntiforgeryName = "__RequestVerificationToken";

    [GeneratedRegex($"name=\"{AntiforgeryName}\" type=\"hidden\" value=\"([^\"]+)\"")]
    private static partial Regex AntiforgeryField();

    [GeneratedRegex("name=\"__PageToken\" type=\"hidden\" value=\"([^\"]+)\"")]
    private static partial Regex PageField();
}
