namespace WebApp.Tests.Benchmarks.Peers;

/// <summary>A login flood from 64 addresses and <c>me</c> beside it, limits as shipped. Flood, measurement and application share both cores.</summary>
internal static class FloodSection
{
    public static async Task<Findings> RunAsync(Run run)
    {
        await using var server = await run.Scene.StartAsync(run.Cores.Both, permitsPerMinute: null);
        await Cores.PinAsync(Environment.ProcessId, run.Cores.Both);
        var result = await FloodRun.MeasureAsync(
            server.Address, run.Scene.Me.ToBytes(server.Address), LoginFlood.Clients, run.Plan.Quiet, run.Plan.Flood, () => server.Memory.Resident);
        await Cores.PinAsync(Environment.ProcessId, $"{run.Cores.Client}");
        return new(
            FormattableString.Invariant($"""
                #### Login flood from {LoginFlood.Clients} addresses, {run.Plan.Flood.TotalSeconds:0} s

                | answers to the flood | `me` p50, quiet → flood | p99, quiet → flood | ratio of p99 | memory, quiet → end |
                |---|---|---|---|---|
                | {result.Answers} | {result.Quiet.At(0.5):0.00} → {result.Flood.At(0.5):0.00} ms | {result.Quiet.At(0.99):0.00} → {result.Flood.At(0.99):0.00} ms | {result.Slowdown:0.0} | {result.MemoryQuiet:0} → {result.MemoryAtEnd:0} MiB |

                """),
            [
                new(
                    "login flood from 64 addresses: p99 of `me`",
                    FormattableString.Invariant($"quiet: {result.Quiet.At(0.99):0.00} ms"),
                    FormattableString.Invariant($"{result.Flood.At(0.99):0.00} ms"),
                    FormattableString.Invariant($"{result.Slowdown:0.0}"),
                    "< 4"),
            ]);
    }
}
