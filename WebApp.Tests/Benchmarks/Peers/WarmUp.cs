namespace WebApp.Tests.Benchmarks.Peers;

/// <summary>Asks a server until it answers as it will from then on.</summary>
internal static class WarmUp
{
    private const double Cheaper = 0.95;
    private const double CompilerAtRest = 0.02;

    /// <summary>
    /// Ends after <paramref name="calm"/> times in a row in which a request did not become clearly cheaper and the runtime's compiler used less than 2 % of the
    /// server's processor time; at most after <paramref name="most"/> times. Meanwhile the server has both cores, so that its compiler does not wait behind the requests.
    /// </summary>
    /// <param name="server">The server. It is on its own core in the end.</param>
    /// <param name="cores">The cores.</param>
    /// <param name="calm">How many times.</param>
    /// <param name="most">How many times at most.</param>
    /// <param name="askAsync">Asks once, and tells how many requests that were.</param>
    public static async Task RunAsync(ServerProcess server, Cores cores, int calm, int most, Func<Task<long>> askAsync)
    {
        await server.PinAsync(cores.Both);
        var (least, since) = (double.PositiveInfinity, 0);
        for (var times = 0; times < most && since < calm; times++)
        {
            var (used, compiler) = (server.ProcessorTime, server.CompilerTime);
            var requests = await askAsync();
            var time = server.ProcessorTime - used;
            var cost = time.TotalMilliseconds / requests;
            var isCalm = cost >= least * Cheaper && server.CompilerTime - compiler <= time * CompilerAtRest;
            (least, since) = (Math.Min(cost, least), isCalm ? since + 1 : 0);
        }

        await server.PinAsync($"{cores.Server}");
    }
}
