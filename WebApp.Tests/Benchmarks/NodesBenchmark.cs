using System.Diagnostics;
using System.Globalization;
using System.Net;
using WebApp.Tests.Benchmarks.Peers;
using WebApp.Tests.Support;

namespace WebApp.Tests.Benchmarks;

/// <summary>
/// <c>./dev bench nodes [--no-publish]</c>: one, two and four nodes on one database, as published and in Production. All nodes and PostgreSQL share one core, whoever asks
/// has another: so the requests a second cannot grow with the nodes, but the processor time of a request shows whether they would on machines of their own.
/// </summary>
internal static class NodesBenchmark
{
    private const string NoPublishOption = "--no-publish";
    private const int Rounds = 3;
    private const int WindowsOfRound = 2;
    private const int EndedInRound = 34;
    private const int MeConnections = 32;

    private static readonly int[] Counts = [1, 2, 4];
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan WarmUpOfNode = TimeSpan.FromSeconds(3);

    /// <summary>Runs it; gives the exit code.</summary>
    public static async Task<int> RunAsync(string[] arguments, TextWriter output)
    {
        if (arguments is not ([] or [NoPublishOption]))
        {
            await output.WriteLineAsync($"bench nodes [{NoPublishOption}]");
            return 2;
        }

        if (arguments.Length == 0)
        {
            await output.WriteLineAsync("Publishing WebApp ...");
            await Published.PublishAppAsync();
        }

        var cores = Cores.Find();
        await Cores.PinAsync(Environment.ProcessId, $"{cores.Client}");
        await TestServer.NewEmptyDatabaseAsync();
        await using var databases = await Databases.StartAsync($"{cores.Server}");
        var scene = await Scene.CreateAsync();
        await MeasureIdleAsync(scene, $"{cores.Server}", databases, output);
        await MeasureLoadAsync(scene, $"{cores.Server}", databases, output);
        return 0;
    }

    private static async Task MeasureIdleAsync(Scene scene, string core, Databases databases, TextWriter output)
    {
        await output.WriteLineAsync("| idle nodes | connections | memory of their PostgreSQL processes | transactions a minute | processor time a minute, nodes | PostgreSQL | memory of a node |");
        await output.WriteLineAsync("|---|---|---|---|---|---|---|");
        await WithNodesAsync(scene, core, async nodes =>
            await output.WriteLineAsync($"| {nodes.Count} | {await IdleMinute.MeasureAsync(scene.Database, nodes, databases)} |"));
        await output.WriteLineAsync();
    }

    private static async Task MeasureLoadAsync(Scene scene, string core, Databases databases, TextWriter output)
    {
        var figures = Counts.ToDictionary(count => count, _ => (Me: new List<Sample>(), Refresh: new List<Sample>(), Lags: new List<double>()));
        var refreshTokens = scene.RefreshTokens;
        for (var round = 0; round < Rounds; round++)
        {
            var ended = new Queue<string>(await OpenSessionsAsync(scene, EndedInRound * (Counts.Length - 1)));
            await WithNodesAsync(scene, core, async nodes =>
            {
                var (count, found) = (nodes.Count, figures[nodes.Count]);
                RefreshSection.Chain[] chains = [.. refreshTokens.Select((token, n) => new RefreshSection.Chain(nodes[n % count].Address, "/api/v1/auth/refresh", "refresh_token", token))];
                Load[] me = [.. nodes.Select(node => Asking(node, scene.Me.ToBytes(node.Address), count))];
                Load[] refresh = [.. nodes.Select((node, n) => Refreshing(node, [.. chains.Where((_, chain) => chain % count == n)]))];
                await RunAsync(me, WarmUpOfNode * count);
                await RunAsync(refresh, WarmUpOfNode * count);
                for (var n = 0; n < WindowsOfRound; n++)
                {
                    found.Me.Add(await MeasureAsync(nodes, databases, me));
                    found.Refresh.Add(await MeasureAsync(nodes, databases, refresh));
                }

                refreshTokens = [.. chains.Select(chain => chain.Token)];
                if (count > 1)
                {
                    found.Lags.AddRange(await LagsAsync(nodes, Enumerable.Range(0, EndedInRound).Select(_ => ended.Dequeue())));
                }
            });
        }

        await output.WriteLineAsync("| nodes | `GET /me` | processor time of nodes | `POST /auth/refresh` | processor time of nodes | of PostgreSQL | an ended session is refused everywhere: median | 95 % | longest |");
        await output.WriteLineAsync("|---|---|---|---|---|---|---|---|---|");
        foreach (var (count, (me, refresh, lags)) in figures)
        {
            double[] sorted = [.. lags.Order()];
            var lag = sorted.Length == 0 ? "| – | – | –" : FormattableString.Invariant($"| {sorted[sorted.Length / 2]:0.0} ms | {sorted[sorted.Length * 95 / 100]:0.0} ms | {sorted[^1]:0.0} ms");
            await output.WriteLineAsync(
                $"| {count} | {Show(me, s => s.Rate, "0")} /s | {Show(me, s => s.Nodes, "0.000")} ms | {Show(refresh, s => s.Rate, "0")} /s | {Show(refresh, s => s.Nodes, "0.00")} ms | {Show(refresh, s => s.Database, "0.00")} ms {lag} |");
        }
    }

    private static string Show(List<Sample> samples, Func<Sample, double> figure, string format) => Spread.Of(samples.Select(figure)).Show(format);

    // Calls back with one node, then with one more, then with two more.
    private static async Task WithNodesAsync(Scene scene, string core, Func<List<ServerProcess>, Task> measure)
    {
        List<ServerProcess> nodes = [];
        try
        {
            foreach (var count in Counts)
            {
                while (nodes.Count < count)
                {
                    nodes.Add(await scene.StartAsync(core));
                }

                await measure(nodes);
            }
        }
        finally
        {
            foreach (var node in nodes)
            {
                await node.DisposeAsync();
            }
        }
    }

    private static async Task<string[]> OpenSessionsAsync(Scene scene, int count)
    {
        await using var app = await TestApp.StartAsync(scene.Database, settings: [Quiet.Setting, $"Tokens:Issuer={Scene.Issuer}", "Tokens:AccessTokenMinutes=60"]);
        var api = new ApiClient(app);
        var tokens = new string[count];
        for (var n = 0; n < count; n++)
        {
            tokens[n] = (await api.LoginAsync(await app.CreateUserAsync())).Access;
        }

        return tokens;
    }

    // As many connections in all, whatever the number of nodes.
    private static Load Asking(ServerProcess node, byte[] request, int nodes)
    {
        var threads = nodes == 1 ? 2 : 1;
        return new(node.Address, threads, MeConnections / nodes / threads, (_, _) => request);
    }

    private static Load Refreshing(ServerProcess node, RefreshSection.Chain[] chains) => Load.Independent(node.Address, chains.Length, RefreshSection.Chain.Next(chains));

    private static async Task<(long Requests, double Rate)> RunAsync(Load[] loads, TimeSpan time)
    {
        var results = await Task.WhenAll(loads.Select(load => load.RunAsync(time)));
        return (results.Sum(result => result.Requests), results.Sum(result => result.Requests / result.Time.TotalSeconds));
    }

    private static async Task<Sample> MeasureAsync(List<ServerProcess> nodes, Databases databases, Load[] loads)
    {
        double Nodes() => nodes.Sum(node => node.ProcessorTime.TotalMilliseconds);
        var (nodesBefore, databaseBefore) = (Nodes(), databases.ProcessorTime);
        var (requests, rate) = await RunAsync(loads, Window);
        return new(rate, (Nodes() - nodesBefore) / requests, (databases.ProcessorTime - databaseBefore).TotalMilliseconds / requests);
    }

    // From the answer that a session has ended until all other nodes, asked in turns without pause, refuse its token.
    private static async Task<List<double>> LagsAsync(List<ServerProcess> nodes, IEnumerable<string> tokens)
    {
        HttpClient[] clients = [.. nodes.Select(node => node.NewClient())];
        List<double> lags = [];
        foreach (var token in tokens)
        {
            foreach (var client in clients)
            {
                Expect(HttpStatusCode.OK, await AskAsync(client, HttpMethod.Get, "/api/v1/me", token));
            }

            Expect(HttpStatusCode.NoContent, await AskAsync(clients[0], HttpMethod.Post, "/api/v1/auth/logout", token));
            var since = Stopwatch.GetTimestamp();
            foreach (var client in clients.Skip(1))
            {
                while (await AskAsync(client, HttpMethod.Get, "/api/v1/me", token) != HttpStatusCode.Unauthorized)
                {
                }
            }

            lags.Add(Stopwatch.GetElapsedTime(since).TotalMilliseconds);
        }

        Array.ForEach(clients, client => client.Dispose());
        return lags;
    }

    private static async Task<HttpStatusCode> AskAsync(HttpClient client, HttpMethod method, string path, string token)
    {
        using var request = new HttpRequestMessage(method, path) { Headers = { Authorization = new("Bearer", token) } };
        using var response = await client.SendAsync(request);
        return response.StatusCode;
    }

    private static void Expect(HttpStatusCode wanted, HttpStatusCode status)
    {
        if (status != wanted)
        {
            throw new InvalidOperationException(((int)status).ToString(CultureInfo.InvariantCulture));
        }
    }

    /// <summary>Requests a second, and milliseconds of processor time of a request.</summary>
    private readonly record struct Sample(double Rate, double Nodes, double Database);
}
