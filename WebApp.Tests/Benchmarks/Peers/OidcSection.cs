using WebApp.Features.Applications;
using WebApp.Tests.Support;

namespace WebApp.Tests.Benchmarks.Peers;

/// <summary>Single sign-on: 16 browsers that are signed in and have consented, each over a connection of its own, beside OpenIddict as its documentation sets it up and npm's oidc-provider.</summary>
internal static class OidcSection
{
    private const string Client = "party", Scope = "openid profile email offline_access";

    public static async Task<Findings> RunAsync(Run run)
    {
        var (clientId, secret, sessions) = await PrepareAsync(run.Scene.Database);
        await using var app = await run.Scene.StartAsync(run.ServerCore);
        string[] settings = [$"PEER_CLIENT={Client}", $"PEER_SECRET={secret}", $"PEER_REDIRECT={OidcParty.Redirect}", "NODE_ENV=production"];
        await using var plainServer = await Scene.StartPeerAsync(Published.Peers, "openiddict", run.ServerCore, Call.Json("/sign-in", "{}"), settings);
        await using var nodeServer = await Published.InstallOidcProviderAsync()
            ? await ServerProcess.StartAsync(Published.OidcProvider, run.ServerCore, new("/ready"), [], settings)
            : null;

        var ours = new OidcParty(app, OidcPaths.OpenIddict, clientId, secret, Scope, sessions);
        var plain = new OidcParty(plainServer, OidcPaths.OpenIddict, Client, secret, Scope, await SignInAsync(plainServer));
        var open = plain with { ClientId = $"{Client}-public", Secret = null };
        (string Name, OidcParty Party)[] references = [("OpenIddict's plain server", plain), ("the same, client without a secret", open)];
        if (nodeServer is not null)
        {
            // It gives refresh tokens without the scope, which would make it ask for consent each time.
            var node = new OidcParty(nodeServer, OidcPaths.Node, Client, secret, "openid profile email", []);
            references = [.. references, ("npm's oidc-provider, in memory", node with { Cookies = await BrowsersAsync(node) })];
        }

        List<string> tables = [];
        List<SummaryRow> summary = [];
        foreach (var (title, load) in new (string, Func<OidcParty, Task<Load>>)[]
        {
            ("authorization code round trip", party => Task.FromResult(party.Trips())),
            // Before what writes: oidc-provider's memory keeps the thousand entries used last, and so loses the sessions after a while of refreshing.
            ("userinfo", party => party.UserInfosAsync()),
            ("refresh with rotation", party => party.RefreshesAsync()),
        })
        {
            var mine = new Case("WebApp", app, await load(ours));
            List<Case> others = [];
            foreach (var (name, party) in references)
            {
                others.Add(new(name, party.Server, await load(party)));
            }

            var comparison = new Comparison($"Single sign-on: {title}", [.. others], mine);
            await run.MeasureAsync(comparison);
            tables.Add(comparison.ToTable());
            summary.AddRange(others.Select(other => SummaryRow.OfRates(title, mine, other, "")));
        }

        return new(string.Join('\n', tables) + (nodeServer is null ? "\nnpm is not installed here, so oidc-provider was left out.\n" : ""), summary);
    }

    // An application, and a session with consent for each browser.
    private static async Task<(string ClientId, string Secret, string[] Sessions)> PrepareAsync(string database)
    {
        await using var app = await TestApp.StartAsync(database, settings: [Quiet.Setting]);
        using var party = await OidcClient.CreateAsync(app, new ApplicationSettings("Party", IsPublic: false, IsTrusted: false) { RedirectUris = [OidcParty.Redirect], Scopes = ["profile", "email"] });
        var sessions = new string[Scene.Chains];
        for (var n = 0; n < sessions.Length; n++)
        {
            var user = await app.CreateUserAsync();
            var (_, key) = await app.OpenBrowserSessionAsync(user);
            await app.QueryAsync<object>(
                "INSERT INTO application_consents (user_id, application_id, scopes, granted_at) SELECT $1, id, $2, now() FROM applications WHERE client_id = $3", user.Id, Scope.Split(' '), party.ClientId);
            sessions[n] = $"__Host-session={key.Reveal()}";
        }

        return (party.ClientId, party.Secret!, sessions);
    }

    private static async Task<string[]> SignInAsync(ServerProcess peer)
    {
        using var http = peer.NewClient();
        var cookies = new string[Scene.Chains];
        for (var n = 0; n < cookies.Length; n++)
        {
            using var response = await http.PostAsync(new Uri("/sign-in", UriKind.Relative), null);
            cookies[n] = string.Join("; ", response.EnsureSuccessStatusCode().Headers.GetValues("Set-Cookie").Select(cookie => cookie.Split(';')[0]));
        }

        return cookies;
    }

    private static async Task<string[]> BrowsersAsync(OidcParty party)
    {
        var cookies = new string[Scene.Chains];
        for (var n = 0; n < cookies.Length; n++)
        {
            cookies[n] = await party.OpenBrowserAsync();
        }

        return cookies;
    }
}
