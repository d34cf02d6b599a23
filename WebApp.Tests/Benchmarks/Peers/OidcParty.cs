using System.Buffers.Text;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;

namespace WebApp.Tests.Benchmarks.Peers;

/// <summary>An application at a provider, with browsers that are signed in there and have consented.</summary>
/// <param name="Server">The provider.</param>
/// <param name="Paths">Its paths.</param>
/// <param name="ClientId">The application.</param>
/// <param name="Secret">Its secret; null: it is public.</param>
/// <param name="Scope">What it asks for.</param>
/// <param name="Cookies">Those of each browser.</param>
internal sealed record OidcParty(ServerProcess Server, OidcPaths Paths, string ClientId, string? Secret, string Scope, string[] Cookies)
{
    /// <summary>Where codes go. Nobody listens there: they are read from the redirect.</summary>
    public const string Redirect = "http://127.0.0.1:9/callback";

    // One for all requests: the client's own work is not what is measured.
    private static readonly string Verifier = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    private string AuthorizePath => QueryHelpers.AddQueryString(Paths.Authorize, new Dictionary<string, string?>
    {
        ["client_id"] = ClientId,
        ["redirect_uri"] = Redirect,
        ["response_type"] = "code",
        ["scope"] = Scope,
        ["state"] = "state-1",
        ["nonce"] = "nonce-1",
        ["code_challenge"] = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(Verifier))),
        ["code_challenge_method"] = "S256",
    });

    /// <summary>Authorization and redemption of the code, in turns.</summary>
    public Load Trips()
    {
        byte[][] authorize = [.. Cookies.Select(cookies => Call.Cookie(AuthorizePath, cookies).ToBytes(Server.Address))];
        return Load.OfTwo(Server.Address, Cookies.Length, (connection, answer) =>
            answer.StartsWith("HTTP/1.1 30"u8) ? Redeem(CodeIn(Encoding.ASCII.GetString(answer))).ToBytes(Server.Address) : authorize[connection]);
    }

    /// <summary>A chain of refresh tokens for each browser.</summary>
    public async Task<Load> RefreshesAsync()
    {
        var tokens = new string[Cookies.Length];
        for (var n = 0; n < tokens.Length; n++)
        {
            tokens[n] = (await SignInAsync(n)).GetProperty("refresh_token").GetString()!;
        }

        return Load.Independent(Server.Address, tokens.Length, (connection, answer) =>
        {
            if (!answer.IsEmpty)
            {
                tokens[connection] = JsonSerializer.Deserialize<JsonElement>(answer[answer.IndexOf((byte)'{')..(answer.LastIndexOf((byte)'}') + 1)]).GetProperty("refresh_token").GetString()!;
            }

            return Token($"grant_type=refresh_token&refresh_token={tokens[connection]}").ToBytes(Server.Address);
        });
    }

    /// <summary>Each browser's user.</summary>
    public async Task<Load> UserInfosAsync()
    {
        var requests = new byte[Cookies.Length][];
        for (var n = 0; n < requests.Length; n++)
        {
            requests[n] = Call.Bearer(Paths.UserInfo, (await SignInAsync(n)).GetProperty("access_token").GetString()!).ToBytes(Server.Address);
        }

        return Load.Independent(Server.Address, requests.Length, (connection, _) => requests[connection]);
    }

    /// <summary>Opens a browser at a provider that signs in whoever comes, and follows it to the code; gives its cookies.</summary>
    public async Task<string> OpenBrowserAsync()
    {
        var kept = new CookieContainer();
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = kept }) { BaseAddress = Server.Address };
        var next = new Uri(Server.Address, AuthorizePath);
        while (!next.OriginalString.StartsWith(Redirect, StringComparison.Ordinal))
        {
            using var response = await http.GetAsync(next);
            next = response.Headers.Location is { } location ? new(next, location) : throw new InvalidOperationException($"{next}: {await response.Content.ReadAsStringAsync()}");
        }

        return kept.GetCookieHeader(Server.Address);
    }

    private async Task<JsonElement> SignInAsync(int browser)
    {
        using var http = Server.NewClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, AuthorizePath);
        request.Headers.Add("Cookie", Cookies[browser]);
        using var authorized = await http.SendAsync(request);
        var redeem = Redeem(CodeIn(authorized.Headers.Location?.OriginalString ?? await authorized.Content.ReadAsStringAsync()));
        using var post = new HttpRequestMessage(HttpMethod.Post, redeem.Path) { Content = new StringContent(redeem.Body!, new MediaTypeHeaderValue("application/x-www-form-urlencoded")) };
        if (Basic is { } basic)
        {
            post.Headers.Authorization = new("Basic", basic);
        }

        using var answer = await http.SendAsync(post);
        var body = await answer.Content.ReadAsStringAsync();
        return answer.IsSuccessStatusCode ? JsonSerializer.Deserialize<JsonElement>(body) : throw new InvalidOperationException(body);
    }

    private string? Basic => Secret is null ? null : Convert.ToBase64String(Encoding.ASCII.GetBytes($"{ClientId}:{Secret}"));

    private Call Redeem(string code) => Token($"grant_type=authorization_code&code={code}&redirect_uri={Uri.EscapeDataString(Redirect)}&code_verifier={Verifier}");

    private Call Token(string form) => new(
        Paths.Token,
        $"Content-Type: application/x-www-form-urlencoded\r\n{(Basic is { } basic ? $"Authorization: Basic {basic}\r\n" : "")}",
        Secret is null ? $"{form}&client_id={ClientId}" : form);

    // As it stands in the address, escapes included.
    private static string CodeIn(string answer) =>
        answer.IndexOf("code=", StringComparison.Ordinal) is >= 0 and var at ? answer[(at + 5)..].Split('&', '\r', ' ')[0] : throw new InvalidOperationException($"No code: {answer}");
}

/// <summary>The paths of a provider.</summary>
internal sealed record OidcPaths(string Authorize, string Token, string UserInfo)
{
    /// <summary>Those of WebApp and of the reference on OpenIddict.</summary>
    public static OidcPaths OpenIddict { get; } = new("/connect/authorize", "/connect/token", "/connect/userinfo");

    /// <summary>Those of npm's oidc-provider.</summary>
    public static OidcPaths Node { get; } = new("/auth", "/token", "/me");
}
