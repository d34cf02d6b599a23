using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using WebApp.Tests.Support;

namespace WebApp.Tests.Benchmarks;

/// <summary>
/// A login flood of 64 clients for 30 s, and how long somebody else's <c>GET /api/v1/me</c> takes meanwhile beside a quiet time before: from one
/// address, whom the limit by IP stops, and from 64, who fill the hashing queue. Work factor and limits as shipped. Flood, measurement and
/// application share the machine's processors.
/// </summary>
internal static class FloodBenchmark
{
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Flood = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    public static async Task RunAsync(TextWriter output)
    {
        var database = await TestServer.NewDatabaseAsync();
        TestUser user;
        await using (var scene = await TestApp.StartAsync(database, settings: Benchmarks.Quiet.Setting))
        {
            user = await scene.CreateUserAsync("Ada Lovelace");
        }

        output.WriteLine($"{LoginFlood.Clients} clients sending wrong logins for {Flood.TotalSeconds:0} s; GET /api/v1/me by another, every {Pause.TotalMilliseconds:0} ms");
        foreach (var addresses in new[] { 1, 64 })
        {
            await using var app = await AppProcess.StartAsync(
                database, "ASPNETCORE_ENVIRONMENT=Production", "Email__Smtp__Host=127.0.0.1", "Email__From=bench@example.org", "Password__WorkFactor=12", "Protection__IpPermitsPerMinute=60");
            using var http = app.NewClient();
            var token = (await new ApiClient(http).LoginAsync(user)).Access;
            var request = $"GET /api/v1/me HTTP/1.1\r\nHost: {app.BaseAddress.Authority}\r\nAuthorization: Bearer {token}\r\n\r\n";
            await AskAsync(app, request, Quiet / 2);

            var before = await AskAsync(app, request, Quiet);
            var memory = app.ResidentBytes;
            using var flood = LoginFlood.Start(app.BaseAddress, addresses);
            await Task.Delay(Quiet / 10);
            var atStart = app.ResidentBytes;
            var during = await AskAsync(app, request, Flood);
            var atEnd = app.ResidentBytes;
            var answers = await flood.StopAsync();

            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  from {addresses} address(es): {string.Join(", ", answers.OrderBy(a => a.Key).Select(a => $"{a.Value} × {a.Key}"))}"));
            Print(output, "quiet", before, before);
            Print(output, "flood", during, before);
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"    memory: {memory >> 20} MiB quiet, {atStart >> 20} MiB after a second, {atEnd >> 20} MiB at the end"));
        }
    }

    // On a thread of its own: what the flood's clients wait for in this process is not measured.
    private static Task<double[]> AskAsync(AppProcess app, string request, TimeSpan duration) => Task.Factory.StartNew(
        () =>
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveTimeout = 30_000 };
            socket.Connect(app.BaseAddress.Host, app.BaseAddress.Port);
            var (bytes, buffer, times) = (Encoding.ASCII.GetBytes(request), new byte[8192], new List<double>());
            for (var since = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(since) < duration;)
            {
                var asked = Stopwatch.GetTimestamp();
                socket.Send(bytes);
                var received = socket.Receive(buffer);
                times.Add(Stopwatch.GetElapsedTime(asked).TotalMilliseconds);
                if (!buffer.AsSpan(0, received).StartsWith("HTTP/1.1 200"u8))
                {
                    throw new InvalidOperationException($"GET /me failed: {Encoding.ASCII.GetString(buffer, 0, received)}");
                }

                Thread.Sleep(Pause);
            }

            return times.Order().ToArray();
        },
        CancellationToken.None,
        TaskCreationOptions.LongRunning,
        TaskScheduler.Default);

    private static void Print(TextWriter output, string name, double[] times, double[] quiet) => output.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"    {name}: {times.Length,5} calls, none failed; p50 {At(times, 0.5):0.00} ms, p99 {At(times, 0.99):0.00} ms ({At(times, 0.99) / At(quiet, 0.99):0.0} x), longest {times[^1]:0.0} ms"));

    private static double At(double[] sorted, double share) => sorted[(int)(share * (sorted.Length - 1))];
}
