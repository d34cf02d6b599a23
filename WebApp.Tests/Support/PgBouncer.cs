using System.Diagnostics;

namespace WebApp.Tests.Support;

/// <summary>Real PgBouncer in transaction mode before a server, a child process on a free port of loopback.</summary>
public sealed class PgBouncer : IAsyncDisposable
{
    private const string Program = "/usr/sbin/pgbouncer";

    private readonly Process process;
    private readonly string directory;

    private PgBouncer(Process process, string directory, int port) => (this.process, this.directory, Port) = (process, directory, port);

    /// <summary>Where it listens.</summary>
    public int Port { get; }

    /// <summary>Starts it before a server that trusts whoever connects.</summary>
    public static async Task<PgBouncer> StartAsync(PostgresCluster server)
    {
        if (!File.Exists(Program))
        {
            Assert.Ignore("cannot run here: PgBouncer is not installed (Debian package pgbouncer)");
        }

        var (directory, port) = (Directory.CreateTempSubdirectory("webapp-pgbouncer-").FullName, TestApp.FreePort());
        var users = Path.Combine(directory, "users");
        await File.WriteAllTextAsync(users, "\"webapp\" \"\"\n");
        var file = Path.Combine(directory, "pgbouncer.ini");
        await File.WriteAllTextAsync(file, $"""
            [databases]
            * = host=127.0.0.1 port={server.Port}
            [pgbouncer]
            listen_addr = 127.0.0.1
            listen_port = {port}
            unix_socket_dir =
            auth_type = trust
            auth_file = {users}
            pool_mode = transaction
            default_pool_size = 5
            max_client_conn = 200
            """);
        string[] command = [Program, file];
        if (Environment.IsPrivilegedProcess)
        {
            // It refuses to run as root.
            Process.Start("chown", ["-R", "postgres", directory]).WaitForExit();
            command = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--", .. command];
        }

        var process = Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        var complaints = process.StandardError.ReadToEndAsync();
        _ = process.StandardOutput.ReadToEndAsync();
        await Patience.UntilAsync(async () =>
        {
            Assert.That(process.HasExited, Is.False, () => complaints.Result);
            return await Nginx.AnswersAsync(port);
        });
        return new(process, directory, port);
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
