using System.Diagnostics;
using System.Runtime.Versioning;
using WebApp.Tests.Support;

namespace WebApp.Tests.Platform.Startup;

/// <summary>How long a developer waits for the first page, the application's own PostgreSQL included.</summary>
[Category("Process")]
public sealed class FirstPageTests
{
    [Test]
    [Explicit("Measures, and asserts nothing.")]
    [UnsupportedOSPlatform("windows")]
    [Platform(Exclude = "Win", Reason = "Moves the user's data directory by the environment.")]
    public async Task Time_from_start_to_the_first_page()
    {
        var home = Directory.CreateTempSubdirectory("webapp-first-page-");
        // Root's data directory is not moved by the environment, so the application runs as somebody else.
        string[] command = Environment.IsPrivilegedProcess ? ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", "--", "dotnet"] : ["dotnet"];
        File.SetUnixFileMode(home.FullName, (UnixFileMode)0b111_111_111);
        try
        {
            TestContext.Out.WriteLine($"first start, with a new cluster: {await MeasureAsync(command, home.FullName):0.00} s");
            for (var again = 0; again < 3; again++)
            {
                TestContext.Out.WriteLine($"later start: {await MeasureAsync(command, home.FullName):0.00} s");
            }
        }
        finally
        {
            home.Delete(recursive: true);
        }
    }

    private static async Task<double> MeasureAsync(string[] command, string home)
    {
        var address = $"http://127.0.0.1:{TestApp.FreePort()}";
        var start = new ProcessStartInfo(command[0], [.. command[1..], Path.Combine(AppContext.BaseDirectory, "WebApp.dll")])
        {
            WorkingDirectory = TestApp.ContentRoot,
            RedirectStandardOutput = true,
            Environment = { ["ASPNETCORE_ENVIRONMENT"] = "Development", ["ASPNETCORE_URLS"] = address, ["HOME"] = home, ["XDG_DATA_HOME"] = Path.Combine(home, "data") },
        };
        var since = Stopwatch.GetTimestamp();
        using var app = Process.Start(start)!;
        var output = app.StandardOutput.ReadToEndAsync();
        using var http = new HttpClient();
        await Patience.UntilAsync(async () =>
        {
            Assert.That(app.HasExited, Is.False);
            try
            {
                using var page = await http.GetAsync(new Uri($"{address}/login"));
                return page.IsSuccessStatusCode;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        });
        var took = Stopwatch.GetElapsedTime(since);

        // Asked, not killed: the application stops the PostgreSQL that it started.
        using var stop = Process.Start("kill", ["-TERM", $"{app.Id}"]);
        await app.WaitForExitAsync();
        Assert.That(await output, Does.Contain("Started PostgreSQL").And.Contain("Stopped PostgreSQL"));
        return took.TotalSeconds;
    }
}
