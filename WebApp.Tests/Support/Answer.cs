using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace WebApp.Tests.Support;

/// <summary>An answer, read whole.</summary>
/// <param name="Body">Its body as it was sent.</param>
public sealed record Answer(HttpStatusCode Status, string Body, string? MediaType, IReadOnlyDictionary<string, string> Headers)
{
    /// <summary>What its reader sees: the body, of a page with its entities decoded.</summary>
    public string Text => MediaType == "text/html" ? WebUtility.HtmlDecode(Body) : Body;

    /// <summary>Where it redirects to; null where it does not.</summary>
    public string? Location => Headers.GetValueOrDefault("Location");

    /// <summary>When to try again; null where it does not say.</summary>
    public string? RetryAfter => Headers.GetValueOrDefault("Retry-After");

    /// <summary>Its <c>Set-Cookie</c> headers.</summary>
    public string[] SetCookies { get; init; } = [];

    /// <summary>Where a page goes by itself; fails the test where it stays.</summary>
    public string Refresh => Found("http-equiv=\"refresh\" content=\"0;url=([^\"]+)\"");

    /// <summary>The body as JSON.</summary>
    public JsonElement Json => JsonDocument.Parse(Body).RootElement;

    /// <summary>The stable code of an error; null where there is none.</summary>
    public string? Code => MediaType == "application/problem+json" ? Json.GetProperty("code").GetString() : null;

    /// <summary>The tokens of a sign-in or refresh.</summary>
    public ApiTokens Tokens => new(
        Json.GetProperty("access_token").GetString()!, Json.GetProperty("refresh_token").GetString()!, Json.GetProperty("session_id").GetGuid());

    /// <summary>The value of a page's hidden field; fails the test where there is none.</summary>
    public string Field(string name) => Found($"name=\"{name}\"(?: type=\"hidden\")? value=\"([^\"]+)\"");

    /// <summary>The names of a JSON object's members.</summary>
    public static string[] Members(JsonElement json) => [.. json.EnumerateObject().Select(member => member.Name)];

    public static async Task<Answer> ReadAsync(HttpResponseMessage response) => new(
        response.StatusCode,
        await response.Content.ReadAsStringAsync(),
        response.Content.Headers.ContentType?.MediaType,
        response.Headers.Concat(response.Content.Headers).ToDictionary(h => h.Key, h => string.Join(", ", h.Value), StringComparer.OrdinalIgnoreCase))
    {
        SetCookies = response.Headers.TryGetValues("Set-Cookie", out var cookies) ? [.. cookies] : [],
    };

    private string Found(string pattern)
    {
        var found = Regex.Match(Body, pattern);
        Assert.That(found.Success, Is.True, $"{pattern} in {Body}");
        return WebUtility.HtmlDecode(found.Groups[1].Value);
    }
}
