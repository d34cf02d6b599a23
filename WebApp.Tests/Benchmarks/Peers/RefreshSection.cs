using System.Text;

namespace WebApp.Tests.Benchmarks.Peers;

/// <summary>16 chains of refresh tokens, each over a connection of its own, beside a commit of one row and two of the ways that others go.</summary>
internal static class RefreshSection
{
    public static async Task<Findings> RunAsync(Run run)
    {
        var chains = run.Scene.RefreshTokens.Length;
        await using var app = await run.Scene.StartAsync(run.ServerCore);
        await using var rotationServer = await Scene.StartPeerAsync(Published.Peers, "rotation", run.ServerCore, Call.Json("/login", "{}"));
        await using var identityServer = await Scene.StartPeerAsync(Published.Peers, "identity-api", run.ServerCore, Call.Json("/register", """{"email":"ready@example.org","password":"Copper-lantern-1"}"""));

        var oursPath = "/api/v1/auth/refresh";
        var ours = run.Scene.RefreshTokens.Select(token => new Chain(app.Address, oursPath, "refresh_token", token)).ToArray();
        await using var commitServer = await Scene.StartPeerAsync(Published.Peers, "commit", run.ServerCore, Call.Json("/0", ""), $"PEER_ANSWER_BYTES={await ours[0].StepAsync(app)}");

        var commit = new Case("a single-row commit", commitServer, Load.Independent(commitServer.Address, chains, Commits(commitServer.Address, chains)));
        var rotation = new Case("JwtBearer + EF rotation", rotationServer, Load.Independent(rotationServer.Address, chains, Chain.Next(await SignInAsync(rotationServer, chains, "/login", "{}"))));
        var identity = new Case("MapIdentityApi, nothing rotates", identityServer, Load.Independent(
            identityServer.Address, chains, Chain.Next(await SignInAsync(identityServer, chains, "/login", """{"email":"ready@example.org","password":"Copper-lantern-1"}"""))));
        var refresh = new Case("`/auth/refresh`", app, Load.Independent(app.Address, chains, Chain.Next(ours)));
        var comparison = new Comparison(FormattableString.Invariant($"Refresh, {chains} chains"), [commit, rotation, identity], refresh);
        await run.MeasureAsync(comparison);
        return new(comparison.ToTable(),
        [
            SummaryRow.OfRates("refresh, 16 chains", refresh, commit, "≥ 0.8"),
            SummaryRow.OfRates("the same", refresh, rotation, "> 1"),
            SummaryRow.OfRates("the same", refresh, identity, "> 1"),
        ]);
    }

    private static NextRequest Commits(Uri server, int chains)
    {
        byte[][] requests = [.. Enumerable.Range(0, chains).Select(row => Call.Json($"/{row}", "{}").ToBytes(server))];
        return (connection, _) => requests[connection];
    }

    private static async Task<Chain[]> SignInAsync(ServerProcess peer, int chains, string path, string body)
    {
        using var http = peer.NewClient();
        var made = new Chain[chains];
        for (var n = 0; n < chains; n++)
        {
            made[n] = new(peer.Address, "/refresh", "refreshToken", "");
            made[n].Take(Encoding.UTF8.GetBytes(await Scene.PostAsync(http, path, body)));
        }

        return made;
    }

    /// <summary>A refresh token and its successors. A token stays as it stands in JSON, escapes included.</summary>
    internal sealed class Chain(Uri server, string path, string member, string token)
    {
        private readonly byte[] marker = Encoding.ASCII.GetBytes($"\"{member}\":\"");

        private string token = token;

        /// <summary>The newest.</summary>
        public string Token => token;

        public static NextRequest Next(Chain[] chains) => (connection, answer) =>
        {
            if (!answer.IsEmpty)
            {
                chains[connection].Take(answer);
            }

            return chains[connection].Request();
        };

        public void Take(ReadOnlySpan<byte> answer)
        {
            var rest = answer[(answer.IndexOf(marker) + marker.Length)..];
            token = Encoding.ASCII.GetString(rest[..rest.IndexOf((byte)'"')]);
        }

        /// <summary>Goes one on; gives the length of the answer.</summary>
        public async Task<int> StepAsync(ServerProcess of)
        {
            using var http = of.NewClient();
            var answer = Encoding.UTF8.GetBytes(await Scene.PostAsync(http, path, Body));
            Take(answer);
            return answer.Length;
        }

        private string Body => $$"""{"{{member}}":"{{token}}"}""";

        private byte[] Request() => Call.Json(path, Body).ToBytes(server);
    }
}
