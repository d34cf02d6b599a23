using System.Diagnostics;

namespace WebApp.Tests.Support;

/// <summary>Real Caddy, a child process on a free port of loopback, with a directory of its own.</summary>
public sealed class Caddy : IAsyncDisposable
{
    private static readonly string[] Places = ["/usr/bin/caddy", "/usr/local/bin/caddy", "/opt/homebrew/bin/caddy"];

    private readonly Process process;
    private readonly string directory;

    private Caddy(Process process, string directory, Uri address) => (this.process, this.directory, Address) = (process, directory, address);

    /// <summary>Where it listens.</summary>
    public Uri Address { get; }

    /// <summary>Starts it with a Caddyfile whose one site is <c>http://127.0.0.1:</c> and <paramref name="port"/>.</summary>
    public static async Task<Caddy> StartAsync(int port, string site)
    {
        var program = Places.FirstOrDefault(File.Exists);
        if (program is null)
        {
            Assert.Ignore("cannot run here: Caddy is not installed (Debian package caddy)");
        }

        var directory = Directory.CreateTempSubdirectory("webapp-caddy-").FullName;
        var file = Path.Combine(directory, "Caddyfile");
        await File.WriteAllTextAsync(file, $$"""
            {
                admin off
                auto_https off
            }
            {{site}}
            """);
        var process = Process.Start(new ProcessStartInfo(program!, ["run", "--config", file, "--adapter", "caddyfile"])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            Environment = { ["HOME"] = directory, ["XDG_DATA_HOME"] = directory, ["XDG_CONFIG_HOME"] = directory },
        })!;
        var complaints = process.StandardError.ReadToEndAsync();
        _ = process.StandardOutput.ReadToEndAsync();
        await Patience.UntilAsync(async () =>
        {
            Assert.That(process.HasExited, Is.False, () => complaints.Result);
            return await Nginx.AnswersAsync(port);
        });
        return new(process, directory, new($"http://127.0.0.1:{port}"));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
        Directory.Delete(directory, recursive: true);
    }
}
