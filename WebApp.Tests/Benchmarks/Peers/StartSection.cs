namespace WebApp.Tests.Benchmarks.Peers;

/// <summary>From the start of the process to its first answer of 200 with a token, on one core, the database warm.</summary>
internal static class StartSection
{
    public static async Task<Findings> RunAsync(Run run)
    {
        var (core, ready) = (run.ServerCore, await PeerTokenAsync(run));
        (string Name, Func<Task<ServerProcess>> Start, List<double> Times)[] programs =
        [
            ("JwtBearer, compiled ahead", () => Scene.StartPeerAsync(Published.Peers, "jwtbearer", core, ready), []),
            ("JwtBearer, as `dotnet publish -c Release` makes it", () => Scene.StartPeerAsync(Published.PlainPeers, "jwtbearer", core, ready), []),
            ("bare Kestrel", () => ServerProcess.StartAsync(Published.Peers, core, new("/"), ["bare"], """PEER_ANSWER={"Headers":{},"Body":"{}"}"""), []),
            ("WebApp, compiled ahead", () => run.Scene.StartAsync(core), []),
        ];
        for (var round = 0; round < run.Plan.Starts; round++)
        {
            run.Gauge.Take();
            foreach (var (_, start, times) in programs)
            {
                await using var server = await start();
                times.Add(server.StartTime.TotalMilliseconds);
            }
        }

        var (ahead, plain, ours) = (programs[0].Times, programs[1].Times, programs[^1].Times);
        var rows = programs.Select(program => FormattableString.Invariant(
            $"| {program.Name} | {Spread.Of(program.Times).Show("0")} | {Spread.OfRatios(program.Times, plain).Median:0.00} | {Spread.OfRatios(program.Times, ahead).Median:0.00} |"));
        return new(
            $"""
            #### Start to the first 200, {run.Plan.Starts} starts

            | | ms | of JwtBearer as published | of JwtBearer compiled ahead |
            |---|---|---|---|
            {string.Join('\n', rows)}

            """,
            [
                new(
                    "start to first 200, warm database",
                    FormattableString.Invariant($"JwtBearer: {Spread.Of(plain).Median:0} ms, compiled ahead {Spread.Of(ahead).Median:0}"),
                    FormattableString.Invariant($"{Spread.Of(ours).Median:0} ms"),
                    FormattableString.Invariant($"{Spread.OfRatios(ours, plain).Show("0.00")}; {Spread.OfRatios(ours, ahead).Median:0.00}"),
                    "≤ 1.2"),
            ]);
    }

    /// <summary><c>/me</c> with a token that every JwtBearer of this run takes.</summary>
    public static async Task<Call> PeerTokenAsync(Run run)
    {
        await using var server = await Scene.StartPeerAsync(Published.PlainPeers, "jwtbearer", run.ServerCore, Call.Json("/token", "{}"));
        using var http = server.NewClient();
        return Call.Bearer("/me", await Scene.PostAsync(http, "/token"));
    }
}
