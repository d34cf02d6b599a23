using System.Net;
using System.Text.RegularExpressions;

namespace WebApp.Tests.Support;

/// <summary>A browser without a window that goes from one host to another: each host gets back the cookies it gave. Follows nothing by itself.</summary>
public sealed class TwoSites : IDisposable
{
    private readonly CookieContainer cookies = new();
    private readonly HttpClient http;

    public TwoSites()
    {
        http = new(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = cookies });
        http.DefaultRequestHeaders.Add("Accept", "text/html,*/*;q=0.8");
    }

    /// <summary>The cookies of a host, by name.</summary>
    public Dictionary<string, string> CookiesOf(Uri site) => cookies.GetCookies(site).ToDictionary(cookie => cookie.Name, cookie => cookie.Value);

    /// <summary>Puts a cookie in place.</summary>
    public void SetCookie(Uri site, string name, string value) => cookies.Add(site, new Cookie(name, value, "/"));

    public async Task<SeenPage> GetAsync(Uri address)
    {
        using var response = await http.GetAsync(address);
        return await SeenPage.ReadAsync(response);
    }

    public async Task<SeenPage> PostAsync(Uri address, params (string Name, string Value)[] fields)
    {
        using var form = new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));
        using var response = await http.PostAsync(address, form);
        return await SeenPage.ReadAsync(response);
    }

    /// <summary>Opens a page of a protected site, signs in through the pages as a browser without scripts that follows what it is sent, and opens it again.</summary>
    public async Task<SeenPage> SignInAsync(TestUser user, Uri page)
    {
        var refused = await GetAsync(page);
        Assert.That(refused.Status, Is.EqualTo(302), refused.Text);
        var login = await GetAsync(new(refused.Location!));
        var done = await PostAsync(
            new(new Uri(refused.Location!), "/login"),
            ("Email", user.Email), ("Password", user.Password), ("ReturnUrl", login.Field("ReturnUrl")), ("__RequestVerificationToken", login.Field("__RequestVerificationToken")));
        Assert.That(done.Status, Is.EqualTo(302), done.Text);
        var between = await GetAsync(new(new Uri(refused.Location!), done.Location!));
        var entered = await GetAsync(new(between.Refresh));
        Assert.That((entered.Status, entered.Location), Is.EqualTo((302, page.ToString())), entered.Text);
        return await GetAsync(page);
    }

    public void Dispose() => http.Dispose();
}

/// <summary>An answer, read whole.</summary>
public sealed record SeenPage(int Status, string? Location, string Text)
{
    /// <summary>Its text, line by line.</summary>
    public string[] Lines => Text.Split('\n');

    /// <summary>Where it goes by itself.</summary>
    public string Refresh => Found("http-equiv=\"refresh\" content=\"0;url=([^\"]+)\"");

    public static async Task<SeenPage> ReadAsync(HttpResponseMessage response) =>
        new((int)response.StatusCode, response.Headers.Location?.OriginalString, await response.Content.ReadAsStringAsync());

    /// <summary>The values of a header that an <see cref="Echo"/> tells of.</summary>
    public string[] Headers(string name) =>
        [.. Lines.Where(line => line.StartsWith($"{name}: ", StringComparison.OrdinalIgnoreCase)).Select(line => line[(name.Length + 2)..].TrimEnd('\r'))];

    /// <summary>The one value of a header that an <see cref="Echo"/> tells of.</summary>
    public string Header(string name) => Headers(name).Single();

    /// <summary>A hidden field's value.</summary>
    public string Field(string name) => Found($"name=\"{name}\"(?: type=\"hidden\")? value=\"([^\"]+)\"");

    private string Found(string pattern)
    {
        var found = Regex.Match(Text, pattern);
        Assert.That(found.Success, Is.True, $"{pattern} in {Text}");
        return WebUtility.HtmlDecode(found.Groups[1].Value);
    }
}
