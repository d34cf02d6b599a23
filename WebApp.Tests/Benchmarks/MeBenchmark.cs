using System.Globalization;
using System.Text;
using WebApp.Tests.Support;

namespace WebApp.Tests.Benchmarks;

/// <summary>
/// <c>GET /api/v1/me</c> with a good token beside a bare Kestrel that gives the same bytes: two processes, the same settings of the
/// runtime, loaded in turns.
/// </summary>
internal static class MeBenchmark
{
    private const int Rounds = 15;
    private const int WarmUpRequests = 300_000; // By then the compiler has stopped improving the code, however busy the machine is.
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(1);

    // What Production needs to start; no mail is sent.
    internal static readonly string[] Production = ["ASPNETCORE_ENVIRONMENT=Production", "Email__Smtp__Host=127.0.0.1", "Email__From=bench@example.org", "Password__WorkFactor=10"];

    public static async Task RunAsync(TextWriter output)
    {
        var database = await TestServer.NewDatabaseAsync();
        TestUser user;
        await using (var scene = await TestApp.StartAsync(database, settings: Quiet.Setting))
        {
            user = await scene.CreateUserAsync("Ada Lovelace");
        }

        await using var app = await AppProcess.StartAsync(database, Production);
        var idle = app.ResidentBytes;
        using var http = app.NewClient();
        var api = new ApiClient(http);
        var token = (await api.LoginAsync(user)).Access;
        var me = await api.GetAsync("/me", token);
        var request = $"GET /api/v1/me HTTP/1.1\r\nHost: {app.BaseAddress.Authority}\r\nAccept: application/json\r\nAuthorization: Bearer {token}\r\n\r\n";

        // Kestrel itself writes these.
        var headers = me.Headers.Where(header => header.Key is not ("Date" or "Content-Length" or "Transfer-Encoding")).ToDictionary();
        await using var bare = await AppProcess.StartOtherAsync(
            ["WebApp.Tests.dll", "bare"], "DOTNET_gcServer=1", new BareServer(headers, Encoding.UTF8.GetBytes(me.Text)).ToSetting());

        await WarmUpAsync(app, request);
        await WarmUpAsync(bare, request);
        List<Cost> ours = [];
        List<Cost> theirs = [];
        for (var round = 0; round < Rounds; round++)
        {
            ours.Add(await MeasureAsync(app, request));
            theirs.Add(await MeasureAsync(bare, request));
        }

        output.WriteLine("GET /api/v1/me (median of rounds, 32 connections)");
        Print(output, "bare Kestrel", theirs);
        Print(output, "WebApp", ours);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  requests/s of the bare endpoint {Median(ours.Zip(theirs, (o, t) => o.PerSecond / t.PerSecond)):P0}, "
            + $"processor time a request {Median(ours.Zip(theirs, (o, t) => o.Microseconds / t.Microseconds)):0.00} x"));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  memory of WebApp: {idle >> 20} MiB idle, {app.ResidentBytes >> 20} MiB after; bare {bare.ResidentBytes >> 20} MiB after"));
    }

    private static async Task WarmUpAsync(AppProcess server, string request)
    {
        for (var requests = 0L; requests < WarmUpRequests;)
        {
            requests += (await Load.RunAsync(server.BaseAddress, request, Round)).Requests;
        }
    }

    private static async Task<Cost> MeasureAsync(AppProcess server, string request)
    {
        var before = server.ProcessorTime;
        var (requests, time) = await Load.RunAsync(server.BaseAddress, request, Round);
        return new(requests / time.TotalSeconds, (server.ProcessorTime - before).TotalMicroseconds / requests);
    }

    private static void Print(TextWriter output, string name, List<Cost> costs) => output.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"  {name,-14} {Median(costs.Select(c => c.PerSecond)),8:0} requests/s  {Median(costs.Select(c => c.Microseconds)),6:0.0} µs of processor time a request"));

    private static double Median(IEnumerable<double> values) => values.Order().ElementAt(Rounds / 2);

    private readonly record struct Cost(double PerSecond, double Microseconds);
}
