using System.Diagnostics;
using System.Net.Sockets;

namespace WebApp.Tests.Support;

/// <summary>Real nginx, a child process on a free port of loopback, with a directory of its own.</summary>
public sealed class Nginx : IAsyncDisposable
{
    private static readonly string[] Places = ["/usr/sbin/nginx", "/usr/local/sbin/nginx", "/opt/homebrew/bin/nginx", "/usr/local/bin/nginx"];

    private readonly Process process;
    private readonly string directory;

    private Nginx(Process process, string directory, Uri address) => (this.process, this.directory, Address) = (process, directory, address);

    /// <summary>Where it listens.</summary>
    public Uri Address { get; }

    /// <summary>Starts it on a port of 127.0.0.1 that <paramref name="site"/>, the inside of <c>http { }</c>, listens on.</summary>
    public static async Task<Nginx> StartAsync(int port, string site)
    {
        var program = Places.FirstOrDefault(File.Exists);
        if (program is null)
        {
            Assert.Ignore("cannot run here: nginx is not installed (Debian package nginx)");
        }

        var directory = Directory.CreateTempSubdirectory("webapp-nginx-").FullName;
        await File.WriteAllTextAsync(Path.Combine(directory, "nginx.conf"), $$"""
            daemon off;
            master_process off;
            pid nginx.pid;
            error_log stderr;
            events { }
            http {
                access_log off;
                client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
            {{site}}
            }
            """);
        var process = Process.Start(new ProcessStartInfo(program!, ["-p", directory, "-e", "stderr", "-c", "nginx.conf"]) { RedirectStandardError = true })!;
        var complaints = process.StandardError.ReadToEndAsync();
        await Patience.UntilAsync(async () =>
        {
            Assert.That(process.HasExited, Is.False, () => complaints.Result);
            return await AnswersAsync(port);
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

    /// <summary>Whether something listens on a port of loopback.</summary>
    internal static async Task<bool> AnswersAsync(int port)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync("127.0.0.1", port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
