namespace WebApp.Tests.Benchmarks.Peers;

/// <summary>Memory when started and after a fixed number of requests, on both cores, so that the garbage collector is the server's as in an installation.</summary>
internal static class MemorySection
{
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(1);

    public static async Task<Findings> RunAsync(Run run)
    {
        var (both, ready) = (run.Cores.Both, await StartSection.PeerTokenAsync(run));
        (string Name, Call Call, Func<Task<ServerProcess>> Start)[] programs =
        [
            ("JwtBearer", ready, () => Scene.StartPeerAsync(Published.PlainPeers, "jwtbearer", both, ready)),
            ("JwtBearer, compiled ahead", ready, () => Scene.StartPeerAsync(Published.Peers, "jwtbearer", both, ready)),
            ("WebApp", run.Scene.Me, () => run.Scene.StartAsync(both)),
        ];
        List<(string Name, (double Resident, double Private) Started, (double Resident, double Private) After)> rows = [];
        foreach (var (name, call, start) in programs)
        {
            await using var server = await start();
            await Task.Delay(Settling);
            var started = server.Memory;
            var load = Load.Repeating(server.Address, call.ToBytes(server.Address));
            for (var requests = 0L; requests < run.Plan.MemoryRequests;)
            {
                requests += (await load.RunAsync(TimeSpan.FromSeconds(0.2))).Requests;
            }

            await Task.Delay(Settling);
            rows.Add((name, started, server.Memory));
        }

        var (reference, ours) = (rows[0], rows[^1]);
        var lines = rows.Select(row => FormattableString.Invariant(
            $"| {row.Name} | {row.Started.Resident:0} | {row.Started.Private:0} | {row.After.Resident:0} | {row.After.Private:0} | {row.Started.Resident / reference.Started.Resident:0.00}; {row.After.Resident / reference.After.Resident:0.00} |"));
        return new(
            FormattableString.Invariant($"""
                #### Memory in MiB, when started and after {run.Plan.MemoryRequests} requests

                | | started, resident | of that its own | after, resident | of that its own | resident, of JwtBearer |
                |---|---|---|---|---|---|

                """) + string.Join('\n', lines) + "\n",
            [
                new(
                    "memory, started / after load",
                    FormattableString.Invariant($"JwtBearer: {reference.Started.Resident:0} / {reference.After.Resident:0} MiB"),
                    FormattableString.Invariant($"{ours.Started.Resident:0} / {ours.After.Resident:0} MiB"),
                    FormattableString.Invariant($"{ours.Started.Resident / reference.Started.Resident:0.00}; {ours.After.Resident / reference.After.Resident:0.00}"),
                    "≤ 1.15"),
            ]);
    }
}
