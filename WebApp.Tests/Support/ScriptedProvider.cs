using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using WebApp.Features.SignIn.External;

namespace WebApp.Tests.Support;

/// <summary>A browser that has come back from an outside provider.</summary>
public static class PendingExternalLogins
{
    extension(PageClient browser)
    {
        /// <summary>Gives it the cookie of an account at <see cref="ScriptedProvider.Unreachable"/> that belongs to nobody here yet.</summary>
        public void WithPendingExternalLogin(TestApp app, string subject, string? email = null)
        {
            var context = new DefaultHttpContext();
            app.Services.GetRequiredService<PendingExternalCookie>().Write(context, new("house", "https://idp.example.org/", subject) { Email = email }, returnUrl: null);
            var cookie = context.Response.Headers.SetCookie.ToString().Split(';')[0].Split('=', 2);
            browser.With(cookie[0], cookie[1]);
        }
    }
}

/// <summary>An OpenID Connect provider on loopback that says what a test wants, right or wrong.</summary>
public sealed class ScriptedProvider : IDisposable
{
    private readonly HttpListener listener = new();
    private readonly ECDsa pair = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly ConcurrentDictionary<string, string> nonces = new();

    public ScriptedProvider()
    {
        Issuer = $"http://127.0.0.1:{TestApp.FreePort()}/";
        listener.Prefixes.Add(Issuer);
        listener.Start();
        _ = AnswerAsync();
    }

    /// <summary>Its issuer.</summary>
    public string Issuer { get; }

    /// <summary>The claims of the next identity tokens, which replace the right ones; null removes one.</summary>
    public Dictionary<string, object?> Claims { get; } = [];

    /// <summary>Whether identity tokens have no signature.</summary>
    public bool WithoutSignature { get; set; }

    /// <summary>The error of the token endpoint; null: none.</summary>
    public string? TokenError { get; set; }

    /// <summary>The settings of an application that uses it.</summary>
    public string[] Settings => ["ExternalLogins:0:Name=scripted", $"ExternalLogins:0:Authority={Issuer}", "ExternalLogins:0:ClientId=site", "ExternalLogins:0:ClientSecret=secret"];

    /// <summary>The address of the answer for a request of the application, as a browser would be sent back.</summary>
    /// <param name="request">The address that the application sent the browser to.</param>
    /// <param name="changes">Parameters that replace the right ones; null removes one.</param>
    public string Answer(string request, params (string Name, string? Value)[] changes)
    {
        var asked = QueryHelpers.ParseQuery(new Uri(request).Query);
        var code = Guid.NewGuid().ToString("N");
        nonces[code] = asked["nonce"].ToString();
        Dictionary<string, string?> fields = new() { ["code"] = code, ["state"] = asked["state"].ToString(), ["iss"] = Issuer };
        foreach (var (name, value) in changes)
        {
            fields[name] = value;
        }

        return QueryHelpers.AddQueryString(new Uri(asked["redirect_uri"].ToString()).AbsolutePath, fields.Where(field => field.Value is not null));
    }

    /// <summary>The settings of an application with a provider, <c>house</c>, that nobody reaches.</summary>
    public static string[] Unreachable { get; } =
        ["ExternalLogins:0:Name=house", "ExternalLogins:0:Authority=http://127.0.0.1:9/", "ExternalLogins:0:ClientId=site", "ExternalLogins:0:ClientSecret=secret"];

    /// <summary>Links an account here to one there, and says from now on that this one signs in.</summary>
    public async Task LinkAsync(TestApp app, TestUser user, string? issuer = null)
    {
        Claims["sub"] = $"s-{user.Id}";
        await app.QueryAsync<object>(
            "INSERT INTO external_logins (id, user_id, issuer, subject, provider, created_at) VALUES (gen_random_uuid(), $1, $2, $3, 'scripted', now())",
            user.Id, issuer ?? Issuer, Claims["sub"]!);
    }

    /// <summary>Stops it: nobody answers any more.</summary>
    public void Dispose()
    {
        listener.Close();
        pair.Dispose();
    }

    private async Task AnswerAsync()
    {
        while (listener.IsListening)
        {
            HttpListenerContext context;
            try
            {
                context = await listener.GetContextAsync();
            }
            catch (Exception closed) when (closed is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            var (status, body) = context.Request.Url!.AbsolutePath switch
            {
                "/.well-known/openid-configuration" => (200, Discovery()),
                "/jwks" => (200, Keys()),
                "/token" => await TokenAsync(context.Request),
                _ => (404, new object()),
            };
            (context.Response.StatusCode, context.Response.ContentType) = (status, "application/json");
            await context.Response.OutputStream.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(body));
            context.Response.Close();
        }
    }

    private Dictionary<string, object> Discovery() => new()
    {
        ["issuer"] = Issuer,
        ["authorization_endpoint"] = $"{Issuer}authorize",
        ["token_endpoint"] = $"{Issuer}token",
        ["jwks_uri"] = $"{Issuer}jwks",
        ["response_types_supported"] = new[] { "code" },
        ["subject_types_supported"] = new[] { "public" },
        ["id_token_signing_alg_values_supported"] = new[] { "ES256" },
        ["code_challenge_methods_supported"] = new[] { "S256" },
        ["authorization_response_iss_parameter_supported"] = true,
    };

    private object Keys()
    {
        var point = pair.ExportParameters(false).Q;
        return new Dictionary<string, object>
        {
            ["keys"] = new[] { new Dictionary<string, string> { ["kty"] = "EC", ["use"] = "sig", ["alg"] = "ES256", ["kid"] = "1", ["crv"] = "P-256", ["x"] = Base64UrlEncoder.Encode(point.X), ["y"] = Base64UrlEncoder.Encode(point.Y) } },
        };
    }

    private async Task<(int Status, object Body)> TokenAsync(HttpListenerRequest request)
    {
        using var reader = new StreamReader(request.InputStream);
        var form = QueryHelpers.ParseQuery(await reader.ReadToEndAsync());
        if (TokenError is { } error)
        {
            return (400, new Dictionary<string, string> { ["error"] = error });
        }

        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        Dictionary<string, object?> claims = new()
        {
            ["iss"] = Issuer,
            ["sub"] = "subject-1",
            ["aud"] = "site",
            ["iat"] = now,
            ["exp"] = now + 300,
            ["nonce"] = nonces.GetValueOrDefault(form["code"].ToString()),
        };
        foreach (var (name, value) in Claims)
        {
            claims[name] = value;
        }

        var credentials = WithoutSignature ? null : new SigningCredentials(new ECDsaSecurityKey(pair) { KeyId = "1" }, SecurityAlgorithms.EcdsaSha256);
        var payload = JsonSerializer.Serialize(claims.Where(claim => claim.Value is not null).ToDictionary());
        var token = credentials is null ? new JsonWebTokenHandler().CreateToken(payload) : new JsonWebTokenHandler().CreateToken(payload, credentials);
        return (200, new Dictionary<string, object> { ["access_token"] = "a", ["token_type"] = "Bearer", ["expires_in"] = 300, ["id_token"] = token });
    }
}
