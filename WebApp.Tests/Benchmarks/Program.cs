using WebApp.Tests.Benchmarks.Peers;
using WebApp.Tests.Browser;
using WebApp.Tests.Soak;
using WebApp.Tests.Support;

namespace WebApp.Tests.Benchmarks;

/// <summary>What <c>./dev bench [name]</c>, <c>./dev fuzz [n]</c>, <c>./dev soak [minutes]</c> and <c>./dev screenshots</c> run. <c>dotnet test</c> does not come here.</summary>
internal static class Program
{
    private static readonly Dictionary<string, Func<TextWriter, Task>> Benchmarks = new()
    {
        ["codec"] = output => Task.Run(() => CodecBenchmark.Run(output)),
        ["pipeline"] = PipelineBenchmark.RunAsync,
        ["refresh"] = RefreshBenchmark.RunAsync,
        ["revocation"] = RevocationBenchmark.RunAsync,
        ["login"] = LoginBenchmark.RunAsync,
        ["audit"] = AuditBenchmark.RunAsync,
        ["mail"] = MailBenchmark.RunAsync,
        ["flood"] = FloodBenchmark.RunAsync,
    };

    private static async Task<int> Main(string[] args)
    {
        switch (args)
        {
            case ["bench"]:
                await RunAsync(Benchmarks.Values);
                return 0;
            case ["bench", "peers", .. var arguments]:
                return await StoppingServerAsync(PeersBenchmark.RunAsync(arguments, Console.Out));
            case ["bench", "oidc", .. var arguments]:
                return await StoppingServerAsync(PeersBenchmark.RunOidcAsync(arguments, Console.Out));
            case ["bench", "nodes", .. var arguments]:
                return await StoppingServerAsync(NodesBenchmark.RunAsync(arguments, Console.Out));
            case ["bench", "scale"]:
                await RunAsync([ScaleBenchmark.RunAsync]);
                return 0;
            case ["bench", var name] when Benchmarks.TryGetValue(name, out var benchmark):
                await RunAsync([benchmark]);
                return 0;
            case ["soak-node"]:
                await SoakNode.RunAsync();
                return 0;
            case ["screenshots", var folder]:
                return await PicturesAsync(folder);
            case ["fuzz", .. var arguments]:
                return await StoppingServerAsync(FuzzCommand.RunAsync(arguments, Console.Out));
            case ["soak", .. var arguments]:
                return await StoppingServerAsync(SoakCommand.RunAsync(arguments, Console.Out));
            default:
                await Console.Error.WriteLineAsync($"bench [peers | oidc | nodes | scale | {string.Join(" | ", Benchmarks.Keys)}] or fuzz [requests] [--seed number] or soak [minutes] [--seed number] or screenshots folder");
                return 2;
        }
    }

    private static async Task<int> StoppingServerAsync(Task<int> command)
    {
        try
        {
            return await command;
        }
        finally
        {
            await TestServer.StopAsync();
        }
    }

    private static async Task<int> PicturesAsync(string folder)
    {
        try
        {
            await Screenshots.RunAsync(folder);
            return 0;
        }
        finally
        {
            await Chromium.CloseAsync();
            await TestServer.StopAsync();
        }
    }

    private static async Task RunAsync(IEnumerable<Func<TextWriter, Task>> benchmarks)
    {
        try
        {
            foreach (var benchmark in benchmarks)
            {
                await benchmark(Console.Out);
                await Console.Out.WriteLineAsync();
            }
        }
        finally
        {
            await TestServer.StopAsync();
        }
    }
}
