using System.Buffers.Text;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;
using WebApp.Features.Applications;
using WebApp.Platform.Http.Client;

namespace WebApp.Tests.Support;

/// <summary>An application that signs people in by OpenID Connect, without a library: every parameter can be wrong.</summary>
public sealed class OidcClient(Uri provider, string clientId, string? secret, string redirectUri = OidcClient.Callback) : IDisposable
{
    /// <summary>Where codes go.</summary>
    public const string Callback = "https://grafana.example.org/login/callback?tenant=1";

    /// <summary>Where browsers go after they signed out.</summary>
    public const string SignedOut = "https://grafana.example.org/signed-out";

    private readonly HttpClient http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, ActivityHeadersPropagator = null }) { BaseAddress = provider };

    /// <summary>Its client id.</summary>
    public string ClientId => clientId;

    /// <summary>Its newest secret.</summary>
    public string? Secret => secret;

    /// <summary>The settings of most tests: confidential, with consent.</summary>
    public static ApplicationSettings Settings { get; } = new("Grafana", IsPublic: false, IsTrusted: false)
    {
        RedirectUris = [Callback],
        PostLogoutRedirectUris = [SignedOut],
        Scopes = ["profile", "email", "roles", "groups"],
    };

    /// <summary>Creates one at an application.</summary>
    public static async Task<OidcClient> CreateAsync(TestApp app, ApplicationSettings? settings = null)
    {
        var admin = await app.CreateAdminAsync();
        await using var scope = app.Services.CreateAsyncScope();
        settings ??= Settings;
        var result = await scope.ServiceProvider.GetRequiredService<ApplicationDirectory>()
            .CreateAsync(new(admin.Id, null), null, settings, new ClientInfo(IPAddress.Loopback, null), CancellationToken.None);
        Assert.That(result, Is.InstanceOf<ApplicationResult.Saved>(), result.ToString());
        var saved = (ApplicationResult.Saved)result;
        return new(app.BaseAddress, saved.View.ClientId, saved.Secret, settings.RedirectUris is [var first, ..] ? first : Callback);
    }

    /// <summary>The same application at another node.</summary>
    public OidcClient At(Uri node) => new(node, clientId, secret, redirectUri);

    /// <summary>A verifier for PKCE.</summary>
    public static string NewVerifier() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    /// <summary>The address to which it sends a browser. A parameter that is null is left out.</summary>
    public string AuthorizeUrl(string verifier, params (string Name, string? Value)[] changes)
    {
        Dictionary<string, string?> fields = new()
        {
            ["client_id"] = clientId,
            ["redirect_uri"] = redirectUri,
            ["response_type"] = "code",
            ["scope"] = "openid profile email offline_access",
            ["state"] = "abc",
            ["nonce"] = "n-1",
            ["code_challenge"] = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier))),
            ["code_challenge_method"] = "S256",
        };
        foreach (var (name, value) in changes)
        {
            fields[name] = value;
        }

        return QueryHelpers.AddQueryString("/connect/authorize", fields.Where(field => field.Value is not null));
    }

    /// <summary>Sends a browser there, and allows on the consent page what is asked.</summary>
    public async Task<Answer> AuthorizeAsync(PageClient browser, string verifier, params (string Name, string? Value)[] changes)
    {
        var answer = await browser.GetAsync(AuthorizeUrl(verifier, changes));
        return answer.Status == HttpStatusCode.OK ? await DecideAsync(browser, answer, "allow") : answer;
    }

    /// <summary>Sends the form of the consent page.</summary>
    public static Task<Answer> DecideAsync(PageClient browser, Answer page, string decision) =>
        browser.PostAsync("/connect/authorize", [.. Hidden(page), ("decision", decision)]);

    /// <summary>The hidden fields of a page's form.</summary>
    public static (string Name, string Value)[] Hidden(Answer page) =>
    [
        .. System.Text.RegularExpressions.Regex.Matches(page.Body, "<input (?:type=\"hidden\" name|name)=\"([^\"]+)\"(?: type=\"hidden\")? value=\"([^\"]*)\"")
            .Select(match => (match.Groups[1].Value, WebUtility.HtmlDecode(match.Groups[2].Value)))
            .DistinctBy(field => field.Item1), // The header of the page has a form too.
    ];

    /// <summary>A parameter of the address that a browser was sent back to.</summary>
    public static string? Parameter(Answer answer, string name) =>
        answer.Location is { } location && location.Contains('?') && QueryHelpers.ParseQuery(location[location.IndexOf('?')..]).TryGetValue(name, out var value) ? value.ToString() : null;

    /// <summary>A code; fails the test where there is none.</summary>
    public async Task<(string Code, string Verifier)> CodeAsync(PageClient browser, params (string Name, string? Value)[] changes)
    {
        var verifier = NewVerifier();
        var answer = await AuthorizeAsync(browser, verifier, changes);
        Assert.That(Parameter(answer, "code"), Is.Not.Null, $"{answer.Status} {answer.Location} {answer.Text}");
        return (Parameter(answer, "code")!, verifier);
    }

    /// <summary>The tokens for a signed-in browser; fails the test where there are none.</summary>
    public async Task<GrantedTokens> SignInAsync(PageClient browser, params (string Name, string? Value)[] changes)
    {
        var (code, verifier) = await CodeAsync(browser, changes);
        return GrantedTokens.From(await RedeemAsync(code, verifier));
    }

    /// <summary>Redeems a code.</summary>
    public Task<Answer> RedeemAsync(string code, string? verifier, string? redirect = null) => TokenAsync(
        [("grant_type", "authorization_code"), ("code", code), ("redirect_uri", redirect ?? redirectUri), .. verifier is null ? Array.Empty<(string, string)>() : [("code_verifier", verifier)]]);

    /// <summary>Refreshes.</summary>
    public Task<Answer> RefreshAsync(string refreshToken) => TokenAsync(("grant_type", "refresh_token"), ("refresh_token", refreshToken));

    /// <summary>Asks for tokens.</summary>
    public Task<Answer> TokenAsync(params (string Name, string Value)[] fields) => PostAsync("/connect/token", fields);

    /// <summary>Introspects.</summary>
    public Task<Answer> IntrospectAsync(string token) => PostAsync("/connect/introspect", ("token", token));

    /// <summary>Posts a form as this client.</summary>
    public async Task<Answer> PostAsync(string path, params (string Name, string Value)[] fields)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path);
        if (secret is null)
        {
            fields = [.. fields, ("client_id", clientId)];
        }
        else
        {
            request.Headers.Authorization = new("Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes($"{Uri.EscapeDataString(clientId)}:{Uri.EscapeDataString(secret)}")));
        }

        request.Content = new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));
        using var response = await http.SendAsync(request);
        return await Answer.ReadAsync(response);
    }

    /// <summary>Gets something with a Bearer token, or without.</summary>
    public async Task<Answer> GetAsync(string path, string? bearer = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Authorization = bearer is null ? null : new AuthenticationHeaderValue("Bearer", bearer);
        using var response = await http.SendAsync(request);
        return await Answer.ReadAsync(response);
    }

    /// <summary>Asks who the user of a token is.</summary>
    public Task<Answer> UserInfoAsync(string accessToken) => GetAsync("/connect/userinfo", accessToken);

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();
}

/// <summary>What an application got.</summary>
public sealed record GrantedTokens(string Access, string? Refresh, string? Identity)
{
    /// <summary>Reads an answer; fails the test where it is none.</summary>
    public static GrantedTokens From(Answer answer)
    {
        Assert.That(answer.Status, Is.EqualTo(HttpStatusCode.OK), answer.Text);
        return new(answer.Json.GetProperty("access_token").GetString()!, Text(answer.Json, "refresh_token"), Text(answer.Json, "id_token"));
    }

    /// <summary>The payload of a token, not verified.</summary>
    public static JsonElement Payload(string token) => JsonDocument.Parse(Base64Url.DecodeFromChars(token.Split('.')[1])).RootElement;

    /// <summary>The header of a token.</summary>
    public static JsonElement Header(string token) => JsonDocument.Parse(Base64Url.DecodeFromChars(token.Split('.')[0])).RootElement;

    private static string? Text(JsonElement json, string name) => json.TryGetProperty(name, out var value) ? value.GetString() : null;
}
