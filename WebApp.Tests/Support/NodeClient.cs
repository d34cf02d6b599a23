using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;

namespace WebApp.Tests.Support;

/// <summary>
/// Talks to the API of a node of whatever version, so that no answer is compared with this version's description. Answers from 500 on are kept in <see cref="Failures"/>.
/// </summary>
public sealed class NodeClient(Uri node) : IDisposable
{
    private readonly HttpClient http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = node, Timeout = TimeSpan.FromSeconds(60) };

    /// <summary>Every answer from 500 on so far, with the call.</summary>
    public ConcurrentQueue<string> Failures { get; } = new();

    /// <summary>Sends a call; <paramref name="body"/> goes as JSON.</summary>
    public async Task<Answer> SendAsync(HttpMethod method, string path, object? body = null, string? bearer = null)
    {
        using var request = new HttpRequestMessage(method, new Uri($"/api/v1{path}", UriKind.Relative)) { Content = body is null ? null : JsonContent.Create(body) };
        request.Headers.Authorization = bearer is null ? null : new AuthenticationHeaderValue("Bearer", bearer);
        using var response = await http.SendAsync(request);
        var answer = await Answer.ReadAsync(response);
        if ((int)answer.Status >= 500)
        {
            Failures.Enqueue($"{(int)answer.Status} to {method} {path}: {answer.Text}");
        }

        return answer;
    }

    /// <summary>Posts.</summary>
    public Task<Answer> PostAsync(string path, object? body = null, string? bearer = null) => SendAsync(HttpMethod.Post, path, body, bearer);

    /// <summary>Gets.</summary>
    public Task<Answer> GetAsync(string path, string? bearer = null) => SendAsync(HttpMethod.Get, path, null, bearer);

    /// <summary>Deletes.</summary>
    public Task<Answer> DeleteAsync(string path, string? bearer = null) => SendAsync(HttpMethod.Delete, path, null, bearer);

    /// <summary>Gives name and password, whatever the answer.</summary>
    public Task<Answer> SignInAsync(TestUser user) => PostAsync("/auth/login", new { email = user.Email, password = user.Password });

    /// <summary>Signs in; fails the test where that is refused.</summary>
    public async Task<ApiTokens> LoginAsync(TestUser user)
    {
        var answer = await SignInAsync(user);
        Assert.That(answer.Status, Is.EqualTo(HttpStatusCode.OK), answer.Text);
        return answer.Tokens;
    }

    /// <summary>The status of <c>GET /me</c> with a token.</summary>
    public async Task<HttpStatusCode> MeAsync(string bearer) => (await GetAsync("/me", bearer)).Status;

    /// <summary>Waits until a token is refused, as it is on every node within a second of its revocation.</summary>
    public async Task RefusedAsync(string bearer)
    {
        await Patience.UntilAsync(async () => await MeAsync(bearer) == HttpStatusCode.Unauthorized);
        Assert.That((await GetAsync("/me", bearer)).Code, Is.EqualTo("token_revoked"));
    }

    /// <summary>Gives the password of somebody with a second factor; returns the <c>mfa_token</c>.</summary>
    public async Task<string> BeginAsync(TestUser user)
    {
        var answer = await SignInAsync(user);
        Assert.That(answer.Code, Is.EqualTo("mfa_required"), answer.Text);
        return answer.Json.GetProperty("mfa_token").GetString()!;
    }

    /// <summary>Gives the second factor, whatever the answer.</summary>
    public Task<Answer> FinishAsync(string mfaToken, string method, string code) => PostAsync("/auth/mfa", new { mfa_token = mfaToken, method, code });

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();
}
