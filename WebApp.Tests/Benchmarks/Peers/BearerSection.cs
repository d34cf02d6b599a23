namespace WebApp.Tests.Benchmarks.Peers;

/// <summary>Calls that no database answers: <c>me</c>, introspection and forward-auth, beside bare Kestrel and JwtBearer.</summary>
internal static class BearerSection
{
    public static async Task<Findings> RunAsync(Run run)
    {
        var scene = run.Scene;
        await using var app = await scene.StartAsync(run.ServerCore);
        await using var bareServer = await Scene.StartBareAsync(Published.Peers, run.ServerCore, app, scene.Me);
        await using var jwtServer = await Scene.StartPeerAsync(Published.Peers, "jwtbearer", run.ServerCore, Call.Json("/token", "{}"));
        await using var denylistServer = run.Databases.RedisAddress is { } redis
            ? await Scene.StartPeerAsync(Published.Peers, "jwtbearer", run.ServerCore, Call.Json("/token", "{}"), $"PEER_REDIS={redis}")
            : null;

        Case Of(string name, ServerProcess server, Call call) => new(name, server, Load.Repeating(server.Address, call.ToBytes(server.Address)));
        Call ForwardAuth(string credential) => new("/api/v1/forward-auth", $"X-Original-URL: {Scene.Site}/page\r\n{credential}\r\n");

        var bare = Of("bare Kestrel, the same bytes", bareServer, new("/"));
        var jwt = Of("JwtBearer, nothing revoked", jwtServer, await MeOfPeerAsync(jwtServer));
        var me = Of("`me`, access token", app, scene.Me);
        Case[] bearer =
        [
            Of("`me`, API token", app, Call.Bearer("/api/v1/me", scene.ApiToken)),
            Of("introspection", app, new("/api/v1/tokens/introspect", $"Authorization: Bearer {scene.Introspector}\r\nContent-Type: application/x-www-form-urlencoded\r\n", $"token={scene.Access}")),
            Of("forward-auth, access token", app, ForwardAuth($"Authorization: Bearer {scene.Access}")),
        ];
        Case[] cookies =
        [
            Of("forward-auth, session cookie", app, ForwardAuth($"Cookie: {scene.SessionCookie}")),
            Of("forward-auth, site pass", app, ForwardAuth($"Cookie: __Host-site={scene.SitePass}")),
        ];
        var denylist = denylistServer is null ? null : Of("JwtBearer, denylist in Redis", denylistServer, await MeOfPeerAsync(denylistServer));

        var comparison = new Comparison("Bearer calls", [bare, jwt, me], [.. denylist is null ? Array.Empty<Case>() : [denylist], .. bearer, .. cookies]);
        await run.MeasureAsync(comparison);
        var dearest = bearer.MaxBy(call => Spread.OfRatios(call.Processor, me.Processor).Median)!;
        List<SummaryRow> summary =
        [
            SummaryRow.OfRates("`me`, valid access token, revocation checked", me, bare, "≥ 0.73"),
            SummaryRow.OfRates("the same", me, jwt, "> 1"),
            new(
                "the dearest Bearer call beside `me`",
                FormattableString.Invariant($"`me`: {Spread.Of(me.Processor).Median:0.000} ms"),
                FormattableString.Invariant($"{dearest.Name}: {Spread.Of(dearest.Processor).Median:0.000} ms of processor time"),
                Spread.OfRatios(dearest.Processor, me.Processor).Show("0.00"),
                "≤ 1.3"),
        ];
        if (denylist is not null)
        {
            summary.Insert(2, SummaryRow.OfRates("the same", me, denylist, ""));
        }

        return new(comparison.ToTable() + (denylist is null ? "\nRedis is not installed here (`redis-server`), so JwtBearer with a denylist was left out.\n" : ""), summary);
    }

    private static async Task<Call> MeOfPeerAsync(ServerProcess peer)
    {
        using var http = peer.NewClient();
        return Call.Bearer("/me", await Scene.PostAsync(http, "/token"));
    }
}
