using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace WebApp.Tests.Support;

/// <summary>Talks to the JSON API and nothing else: what a stranger's client would do.</summary>
public sealed class ApiClient(HttpClient http)
{
    /// <summary>A client of an application.</summary>
    public ApiClient(TestApp app)
        : this(app.NewClient())
    {
    }

    /// <summary>Sends a call; <paramref name="body"/> goes as JSON, a string as it is.</summary>
    public async Task<ApiAnswer> SendAsync(HttpMethod method, string path, object? body = null, string? bearer = null)
    {
        using var request = new HttpRequestMessage(method, new Uri($"/api/v1{path}", UriKind.Relative));
        if (body is not null)
        {
            request.Content = body is string text ? new StringContent(text, MediaTypeHeaderValue.Parse("application/json")) : JsonContent.Create(body);
        }

        if (bearer is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {bearer}");
        }

        using var response = await http.SendAsync(request);
        return await ApiAnswer.ReadAsync(response);
    }

    public Task<ApiAnswer> PostAsync(string path, object? body = null, string? bearer = null) => SendAsync(HttpMethod.Post, path, body, bearer);

    public Task<ApiAnswer> GetAsync(string path, string? bearer = null) => SendAsync(HttpMethod.Get, path, null, bearer);

    public Task<ApiAnswer> DeleteAsync(string path, string? bearer = null) => SendAsync(HttpMethod.Delete, path, null, bearer);

    /// <summary>Signs in; fails the test where that is refused.</summary>
    public async Task<ApiTokens> LoginAsync(TestUser user, string? deviceName = null)
    {
        var answer = await PostAsync("/auth/login", new { email = user.Email, password = user.Password, device_name = deviceName });
        Assert.That(answer.Status, Is.EqualTo(HttpStatusCode.OK), answer.Text);
        return answer.Tokens;
    }
}

/// <summary>The tokens of an answer.</summary>
public sealed record ApiTokens(string Access, string Refresh, Guid SessionId);

/// <summary>An answer, read whole.</summary>
public sealed record ApiAnswer(HttpStatusCode Status, string Text, string? MediaType, IReadOnlyDictionary<string, string> Headers)
{
    /// <summary>The body as JSON.</summary>
    public JsonElement Json => JsonDocument.Parse(Text).RootElement;

    /// <summary>The stable code of an error; null where there is none.</summary>
    public string? Code => MediaType == "application/problem+json" ? Json.GetProperty("code").GetString() : null;

    /// <summary>The tokens of a sign-in or refresh.</summary>
    public ApiTokens Tokens => new(
        Json.GetProperty("access_token").GetString()!, Json.GetProperty("refresh_token").GetString()!, Json.GetProperty("session_id").GetGuid());

    public static async Task<ApiAnswer> ReadAsync(HttpResponseMessage response) => new(
        response.StatusCode,
        await response.Content.ReadAsStringAsync(),
        response.Content.Headers.ContentType?.MediaType,
        response.Headers.Concat(response.Content.Headers).ToDictionary(h => h.Key, h => string.Join(", ", h.Value), StringComparer.OrdinalIgnoreCase));
}
