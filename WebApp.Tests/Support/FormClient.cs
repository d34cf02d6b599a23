using System.Net;
using System.Text.RegularExpressions;

namespace WebApp.Tests.Support;

/// <summary>A browser without eyes: keeps cookies, follows no redirects, sends each form with the antiforgery token of its page.</summary>
public sealed partial class FormClient : IDisposable
{
    private readonly CookieContainer cookies;
    private readonly HttpClient http;
    private readonly Uri site;

    public FormClient(TestApp app)
        : this(app.BaseAddress)
    {
    }

    /// <summary>One of a node of whatever version, which may have the cookies of another.</summary>
    public FormClient(Uri site, CookieContainer? shared = null)
    {
        this.site = site;
        cookies = shared ?? new();
        http = new(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = cookies }) { BaseAddress = site };
    }

    /// <summary>A cookie's value; null where there is none.</summary>
    public string? Cookie(string name) => cookies.GetCookies(site)[name]?.Value;

    /// <summary>When a cookie ends; the minimum where it ends with the browser.</summary>
    public DateTime CookieExpires(string name) => cookies.GetCookies(site)[name]!.Expires;

    /// <summary>Puts a cookie in place.</summary>
    public void SetCookie(string name, string value) => cookies.Add(site, new Cookie(name, value));

    public async Task<PageAnswer> GetAsync(string path)
    {
        using var response = await http.GetAsync(new Uri(path, UriKind.Relative));
        return await PageAnswer.ReadAsync(response);
    }

    /// <summary>Opens <paramref name="page"/> for its antiforgery token and posts to <paramref name="action"/>.</summary>
    public async Task<PageAnswer> PostAsync(string page, string action, params (string Name, string Value)[] fields)
    {
        var token = Token().Match((await GetAsync(page)).Text).Groups[1].Value;
        using var form = new FormUrlEncodedContent(fields.Append(("__RequestVerificationToken", token)).ToDictionary(f => f.Item1, f => f.Item2));
        using var response = await http.PostAsync(new Uri(action, UriKind.Relative), form);
        return await PageAnswer.ReadAsync(response);
    }

    /// <summary>Posts to the page itself.</summary>
    public Task<PageAnswer> SubmitAsync(string page, params (string Name, string Value)[] fields) => PostAsync(page, page, fields);

    /// <summary>Gives name and password; where that leads is for the caller to see.</summary>
    public Task<PageAnswer> LoginAsync(TestUser user, bool remember = false, string query = "") =>
        SubmitAsync($"/login{query}", ("Email", user.Email), ("Password", user.Password), ("RememberMe", remember ? "true" : "false"));

    /// <summary>Whether the settings open.</summary>
    public async Task<bool> IsSignedInAsync() => (await GetAsync("/account")).Status == HttpStatusCode.OK;

    public void Dispose() => http.Dispose();

    [GeneratedRegex("""name="__RequestVerificationToken" type="hidden" value="([^"]+)""")]
    private static partial Regex Token();
}

/// <summary>A page, read whole.</summary>
public sealed record PageAnswer(HttpStatusCode Status, string? Location, string Text, string? RetryAfter)
{
    public static async Task<PageAnswer> ReadAsync(HttpResponseMessage response) => new(
        response.StatusCode,
        response.Headers.Location?.OriginalString,
        WebUtility.HtmlDecode(await response.Content.ReadAsStringAsync()),
        response.Headers.TryGetValues("Retry-After", out var wait) ? wait.Single() : null);
}
