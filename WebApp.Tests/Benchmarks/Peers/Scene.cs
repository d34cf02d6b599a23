using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using WebApp.Features.SignIn.Sites;
using WebApp.Tests.Support;

namespace WebApp.Tests.Benchmarks.Peers;

/// <summary>WebApp's database with accounts, sessions and tokens in it, and how the published application is started on it.</summary>
internal sealed record Scene(string Database, TestUser User, string Access, string ApiToken, string Introspector, string SessionCookie, string SitePass, string[] RefreshTokens)
{
    /// <summary>A site that asks before it answers.</summary>
    public const string Site = "https://wiki.example.org";

    /// <summary>How many clients work at once where each waits for the database.</summary>
    public const int Chains = 16;

    /// <summary>Who signs its tokens, on every node.</summary>
    public const string Issuer = "https://accounts.example.org";

    private static readonly string[] Settings =
    [
        $"MASTER_KEY={TestApp.MasterKey}", $"Tokens__Issuer={Issuer}", "Email__Smtp__Host=127.0.0.1", "Email__From=bench@example.org", "Password__WorkFactor=12",
    ];

    /// <summary><c>GET /me</c> with the access token.</summary>
    public Call Me => Call.Bearer("/api/v1/me", Access);

    /// <summary>Makes it. Tokens live for an hour, so that none ends during the run.</summary>
    public static async Task<Scene> CreateAsync()
    {
        var database = await TestServer.NewDatabaseAsync();
        await using var app = await TestApp.StartAsync(database, settings: [Quiet.Setting, "Password:WorkFactor=12", $"Tokens:Issuer={Issuer}", "Tokens:AccessTokenMinutes=60"]);
        var api = new ApiClient(app);
        var user = await app.CreateUserAsync("Ada Lovelace");
        var access = (await api.LoginAsync(user)).Access;
        var apiToken = await api.MakeApiTokenAsync(access, "profile.read");
        var introspector = (await api.LoginAsync(await app.CreateIntrospectorAsync())).Access;
        var (session, key) = await app.OpenBrowserSessionAsync(user);
        var pass = app.Services.GetRequiredService<SitePasses>().Seal(new SitePass(session, Site));

        var other = await app.CreateUserAsync();
        var refresh = new string[Chains];
        for (var n = 0; n < Chains; n++)
        {
            refresh[n] = (await api.LoginAsync(other)).Refresh;
        }

        return new(database, user, access, apiToken, introspector, $"__Host-session={key.Reveal()}", pass, refresh);
    }

    /// <summary>Starts the application on it.</summary>
    /// <param name="permitsPerMinute">Of one address; null as shipped.</param>
    public Task<ServerProcess> StartAsync(string cores, int? permitsPerMinute = 1_000_000) => ServerProcess.StartAsync(
        Published.WebApp, cores, Me, [], [$"ConnectionStrings__Postgres={Database}", .. Settings, .. permitsPerMinute is { } permits ? [$"Protection__IpPermitsPerMinute={permits}"] : Array.Empty<string>()]);

    /// <summary>A reference application.</summary>
    public static async Task<ServerProcess> StartPeerAsync(Published peers, string name, string cores, Call ready, params string[] settings) =>
        await ServerProcess.StartAsync(peers, cores, ready, [name], [$"PEER_DATABASE={await TestServer.NewEmptyDatabaseAsync()}", $"PEER_KEY={TestApp.MasterKey}", .. settings]);

    /// <summary>A bare Kestrel that answers as <paramref name="server"/> answers <paramref name="call"/>.</summary>
    public static async Task<ServerProcess> StartBareAsync(Published peers, string cores, ServerProcess server, Call call)
    {
        using var http = server.NewClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, call.Path);
        foreach (var header in call.Headers.Split("\r\n", StringSplitOptions.RemoveEmptyEntries))
        {
            var colon = header.IndexOf(':', StringComparison.Ordinal);
            request.Headers.TryAddWithoutValidation(header[..colon], header[(colon + 1)..].Trim());
        }

        using var response = await http.SendAsync(request);
        var answer = await Answer.ReadAsync(response);
        // Kestrel itself writes these.
        var headers = answer.Headers.Where(header => header.Key is not ("Date" or "Content-Length" or "Transfer-Encoding")).ToDictionary();
        return await ServerProcess.StartAsync(peers, cores, new("/"), ["bare"], $"PEER_ANSWER={JsonSerializer.Serialize(new { Headers = headers, Body = answer.Body })}");
    }

    /// <summary>The body of an answer, as its characters.</summary>
    public static async Task<string> PostAsync(HttpClient http, string path, string body = "{}")
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await http.PostAsync(new Uri(path, UriKind.Relative), content);
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadAsStringAsync();
    }
}
