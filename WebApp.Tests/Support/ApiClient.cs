using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;

namespace WebApp.Tests.Support;

/// <summary>Talks to the JSON API and nothing else: what a stranger's client would do. Holds every answer to what the API promises of all of them.</summary>
public sealed class ApiClient(HttpClient http)
{
    /// <summary>A client of an application.</summary>
    public ApiClient(TestApp app)
        : this(app.NewClient())
    {
    }

    /// <summary>Sends a call; <paramref name="body"/> goes as JSON, a string as it is, content as what it says it is.</summary>
    public async Task<Answer> SendAsync(HttpMethod method, string path, object? body = null, string? bearer = null)
    {
        using var request = new HttpRequestMessage(method, new Uri($"/api/v1{path}", UriKind.Relative));
        if (body is not null)
        {
            request.Content = body is HttpContent content ? content : body is string text ? new StringContent(text, MediaTypeHeaderValue.Parse("application/json")) : JsonContent.Create(body);
        }

        if (bearer is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {bearer}");
        }

        using var response = await http.SendAsync(request);
        var answer = await Answer.ReadAsync(response);
        HoldToPromises(method, path, answer);
        return answer;
    }

    public Task<Answer> PostAsync(string path, object? body = null, string? bearer = null) => SendAsync(HttpMethod.Post, path, body, bearer);

    /// <summary>Sends a form.</summary>
    public Task<Answer> PostFormAsync(string path, string? bearer, params (string Name, string Value)[] fields) =>
        SendAsync(HttpMethod.Post, path, new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value))), bearer);

    public Task<Answer> GetAsync(string path, string? bearer = null) => SendAsync(HttpMethod.Get, path, null, bearer);

    public Task<Answer> DeleteAsync(string path, string? bearer = null) => SendAsync(HttpMethod.Delete, path, null, bearer);

    /// <summary>Signs in; fails the test where that is refused.</summary>
    public async Task<ApiTokens> LoginAsync(TestUser user, string? deviceName = null)
    {
        var answer = await PostAsync("/auth/login", new { email = user.Email, password = user.Password, device_name = deviceName });
        Assert.That(answer.Status, Is.EqualTo(HttpStatusCode.OK), answer.Text);
        return answer.Tokens;
    }

    private static void HoldToPromises(HttpMethod method, string path, Answer answer)
    {
        Assert.That((int)answer.Status, Is.Not.InRange(300, 399), "The API never redirects.");
        Assert.That(answer.Headers.Keys, Has.No.AnyOf("Set-Cookie", "Location"));
        Assert.That(answer.Headers["Cache-Control"], Does.Contain("no-store"));
        Assert.That(answer.Headers.GetValueOrDefault("WWW-Authenticate"), answer.Status switch
        {
            HttpStatusCode.Unauthorized => Does.StartWith("Bearer"),
            HttpStatusCode.Forbidden => Is.Null.Or.StartsWith("Bearer error=\"insufficient_"), // RFC 6750 3.1, RFC 9470 3
            _ => Is.Null,
        });
        if ((int)answer.Status >= 400)
        {
            Assert.That(answer.MediaType, Is.EqualTo("application/problem+json"), answer.Text);
            Assert.That(answer.Json.GetProperty("status").GetInt32(), Is.EqualTo((int)answer.Status));
            Assert.That(answer.Code, Is.Not.Empty);
        }

        if (TestApp.HasShared) // Benchmarks have none.
        {
            Assert.That(ApiDocument.Shared.Faults(method, path, answer), Is.Empty, $"{method} {path} is not as /openapi/v1.json says: {answer.Text}");
        }
    }
}

/// <summary>The tokens of an answer.</summary>
public sealed record ApiTokens(string Access, string Refresh, Guid SessionId);
