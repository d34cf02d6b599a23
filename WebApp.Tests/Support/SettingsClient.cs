using System.Net;
using System.Text.RegularExpressions;

namespace WebApp.Tests.Support;

/// <summary>A browser without scripts: it keeps cookies, follows nothing by itself, and sends forms with their antiforgery token.</summary>
public sealed partial class SettingsClient : IDisposable
{
    private readonly Uri site;
    private readonly HttpClient http;

    public SettingsClient(TestApp app)
    {
        site = app.BaseAddress;
        http = new(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = Cookies }) { BaseAddress = site };
    }

    public CookieContainer Cookies { get; } = new();

    /// <summary>The key in the session cookie.</summary>
    public string? SessionKey
    {
        get => Cookies.GetCookies(site)["session"]?.Value;
        set => Cookies.Add(site, new Cookie("session", value));
    }

    /// <summary>Signs in; fails the test where that is refused.</summary>
    public static async Task<SettingsClient> SignedInAsync(TestApp app, TestUser user)
    {
        var client = new SettingsClient(app);
        var answer = await client.LoginAsync(user.Email, user.Password);
        Assert.That(answer.Location, Is.EqualTo("/account"), answer.Text);
        return client;
    }

    public Task<SettingsAnswer> LoginAsync(string email, string password) => PostAsync("/login", ("Email", email), ("Password", password));

    public Task<SettingsAnswer> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    public async Task<SettingsAnswer> SendAsync(HttpMethod method, string path)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.RelativeOrAbsolute));
        using var response = await http.SendAsync(request);
        return await SettingsAnswer.ReadAsync(response);
    }

    /// <summary>Sends a form.</summary>
    public async Task<SettingsAnswer> PostAsync(string path, params (string Name, string Value)[] fields)
    {
        var page = await GetAsync("/account") is { Status: HttpStatusCode.OK } own ? own : await GetAsync("/login");
        var token = Antiforgery().Match(page.Text).Groups[1].Value;
        using var form = new FormUrlEncodedContent([new("__RequestVerificationToken", token), .. fields.Select(f => KeyValuePair.Create(f.Name, f.Value))]);
        using var response = await http.PostAsync(new Uri(path, UriKind.Relative), form);
        return await SettingsAnswer.ReadAsync(response);
    }

    public void Dispose() => http.Dispose();

    [GeneratedRegex("name=\"__RequestVerificationToken\" type=\"hidden\" value=\"([^\"]+)\"")]
    private static partial Regex Antiforgery();
}

/// <summary>A page, read whole.</summary>
public sealed record SettingsAnswer(HttpStatusCode Status, string? Location, string Text, IReadOnlyDictionary<string, string> Headers)
{
    public static async Task<SettingsAnswer> ReadAsync(HttpResponseMessage response) => new(
        response.StatusCode,
        response.Headers.Location?.OriginalString,
        WebUtility.HtmlDecode(await response.Content.ReadAsStringAsync()),
        response.Headers.Concat(response.Content.Headers).ToDictionary(h => h.Key, h => string.Join(", ", h.Value), StringComparer.OrdinalIgnoreCase));
}
