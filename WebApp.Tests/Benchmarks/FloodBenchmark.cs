using System.Globalization;
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
    private static readonly TimeSpan QuietTime = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan FloodTime = TimeSpan.FromSeconds(30);

    public static async Task RunAsync(TextWriter output)
    {
        var database = await TestServer.NewDatabaseAsync();
        TestUser user;
        await using (var scene = await TestApp.StartAsync(database, settings: Quiet.Setting))
        {
            user = await scene.CreateUserAsync("Ada Lovelace");
        }

        output.WriteLine($"{LoginFlood.Clients} clients sending wrong logins for {FloodTime.TotalSeconds:0} s; GET /api/v1/me by another, every 5 ms");
        foreach (var addresses in new[] { 1, LoginFlood.Clients })
        {
            await using var app = await AppProcess.StartAsync(
                database, "ASPNETCORE_ENVIRONMENT=Production", "Email__Smtp__Host=127.0.0.1", "Email__From=bench@example.org", "Password__WorkFactor=12", "Protection__IpPermitsPerMinute=60");
            using var http = app.NewClient();
            var token = (await new ApiClient(http).LoginAsync(user)).Access;
            var request = $"GET /api/v1/me HTTP/1.1\r\nHost: {app.BaseAddress.Authority}\r\nAuthorization: Bearer {token}\r\n\r\n";
            var run = await FloodRun.MeasureAsync(app.BaseAddress, Encoding.ASCII.GetBytes(request), addresses, QuietTime, FloodTime, () => app.ResidentBytes / 1048576.0);

            output.WriteLine($"  from {addresses} address(es): {run.Answers}");
            Print(output, "quiet", run.Quiet, run.Quiet);
            Print(output, "flood", run.Flood, run.Quiet);
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"    memory: {run.MemoryQuiet:0} MiB quiet, {run.MemoryAtStart:0} MiB after a second, {run.MemoryAtEnd:0} MiB at the end"));
        }
    }

    private static void Print(TextWriter output, string name, CallTimes times, CallTimes quiet) => output.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"    {name}: {times.Sorted.Length,5} calls, none failed; p50 {times.At(0.5):0.00} ms, p99 {times.At(0.99):0.00} ms ({times.At(0.99) / quiet.At(0.99):0.0} x), longest {times.Sorted[^1]:0.0} ms"));
}
