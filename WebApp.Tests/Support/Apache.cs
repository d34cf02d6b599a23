using System.Diagnostics;

namespace WebApp.Tests.Support;

/// <summary>Real Apache with mod_auth_openidc, a child process on a free port of loopback, with a directory of its own.</summary>
public sealed class Apache : IAsyncDisposable
{
    private const string Program = "/usr/sbin/apache2";
    private const string Modules = "/usr/lib/apache2/modules";

    private readonly Process process;
    private readonly string directory;

    private Apache(Process process, string directory, Uri address) => (this.process, this.directory, Address) = (process, directory, address);

    /// <summary>Where it listens.</summary>
    public Uri Address { get; }

    /// <summary>Starts it on a port of loopback, with these directives. The page <c>/private/</c> says in headers who the user is.</summary>
    public static async Task<Apache> StartAsync(int port, string directives)
    {
        if (!File.Exists(Program) || !File.Exists($"{Modules}/mod_auth_openidc.so"))
        {
            Assert.Ignore("cannot run here: Apache or mod_auth_openidc is not installed (Debian packages apache2 and libapache2-mod-auth-openidc)");
        }

        var directory = Directory.CreateTempSubdirectory("webapp-apache-").FullName;
        if (!OperatingSystem.IsWindows())
        {
            // As root, Apache's children are another user.
            File.SetUnixFileMode(directory, (UnixFileMode)0b111_111_111);
        }

        Directory.CreateDirectory(Path.Combine(directory, "site", "private"));
        await File.WriteAllTextAsync(Path.Combine(directory, "site", "private", "index.html"), "<!doctype html><title>Private</title>");
        var load = string.Join('\n', new[] { "mpm_event", "authn_core", "authz_core", "authz_user", "dir", "headers", "auth_openidc" }.Select(name => $"LoadModule {name}_module {Modules}/mod_{name}.so"));
        var configuration = Path.Combine(directory, "apache.conf");
        await File.WriteAllTextAsync(configuration, $$"""
            {{load}}
            ServerRoot {{directory}}
            ServerName localhost
            DefaultRuntimeDir {{directory}}
            PidFile {{directory}}/pid
            Mutex sem
            Listen 127.0.0.1:{{port}}
            ErrorLog {{directory}}/error.log
            LogLevel warn
            User www-data
            Group www-data
            StartServers 1
            DocumentRoot {{directory}}/site
            DirectoryIndex index.html
            {{directives}}
            Header set X-Seen-User "expr=%{REMOTE_USER}"
            Header set X-Seen-Name "%{OIDC_CLAIM_name}e"
            Header set X-Seen-Token "%{OIDC_access_token}e"
            """);
        var process = Process.Start(new ProcessStartInfo(Program, ["-X", "-f", configuration]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        var complaints = process.StandardError.ReadToEndAsync();
        await Patience.UntilAsync(async () =>
        {
            Assert.That(process.HasExited, Is.False, () => $"{complaints.Result}\n{File.ReadAllText(Path.Combine(directory, "error.log"))}");
            return await Nginx.AnswersAsync(port);
        });
        return new(process, directory, new($"http://localhost:{port}/"));
    }

    /// <summary>What it wrote into its log.</summary>
    public string Log => File.ReadAllText(Path.Combine(directory, "error.log"));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
        Directory.Delete(directory, recursive: true);
    }
}
