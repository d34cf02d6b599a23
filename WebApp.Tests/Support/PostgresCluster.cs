using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;

namespace WebApp.Tests.Support;

/// <summary>A PostgreSQL of one test's own, to be frozen, killed, filled or promoted. Reachable on loopback alone; trusts whoever connects.</summary>
public sealed partial class PostgresCluster : IAsyncDisposable
{
    private static readonly string? Binaries = Directory.Exists("/usr/lib/postgresql")
        ? Directory.GetDirectories("/usr/lib/postgresql").Select(version => Path.Combine(version, "bin")).LastOrDefault(bin => File.Exists(Path.Combine(bin, "pg_basebackup")))
        : null;

    private readonly string directory;
    private readonly string[] settings;
    private Process? server;

    private PostgresCluster(string directory, string[] settings) => (this.directory, this.settings) = (directory, settings);

    /// <summary>Where it listens; the same after every start.</summary>
    public int Port { get; } = TestApp.FreePort();

    /// <summary>Reaches its database <c>postgres</c>, as a superuser.</summary>
    public string ConnectionString => $"Host=127.0.0.1;Port={Port};Username=postgres;Database=postgres;SSL Mode=Disable;GSS Encryption Mode=Disable";

    /// <summary>Reaches the application's database as its owner, who is no superuser.</summary>
    public string AppConnectionString => ConnectionStringOf(Port);

    private string Data => Path.Combine(directory, "data");

    private string Log => Path.Combine(directory, "log");

    /// <summary>Makes one and starts it. Settings are <c>name=value</c>.</summary>
    public static async Task<PostgresCluster> StartAsync(params string[] settings)
    {
        var cluster = new PostgresCluster(NewDirectory(), settings);
        await RunAsync("initdb", "-D", cluster.Data, "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync", "--no-instructions");
        await cluster.StartServerAsync();
        await cluster.QueryAsync("CREATE ROLE webapp LOGIN");
        await cluster.QueryAsync("CREATE DATABASE webapp OWNER webapp");
        return cluster;
    }

    /// <summary>Reaches the application's database by another address, such as a pooler's.</summary>
    public static string ConnectionStringOf(int port) => $"Host=127.0.0.1;Port={port};Username=webapp;Database=webapp;SSL Mode=Disable;GSS Encryption Mode=Disable";

    /// <summary>Copies it and starts the copy as its standby, named <paramref name="name"/>.</summary>
    public async Task<PostgresCluster> StartStandbyAsync(string name)
    {
        var standby = new PostgresCluster(NewDirectory(), settings);
        await RunAsync("pg_basebackup", "-D", standby.Data, "-h", "127.0.0.1", "-p", Text(Port), "-U", "postgres", "--checkpoint=fast", "--no-sync", "--write-recovery-conf");
        await File.AppendAllTextAsync(Path.Combine(standby.Data, "postgresql.auto.conf"), $"\nprimary_conninfo = 'host=127.0.0.1 port={Port} user=postgres application_name={name}'\n");
        await standby.StartServerAsync();
        return standby;
    }

    /// <summary>Runs a statement as a superuser on a connection of its own, and returns its first value.</summary>
    public async Task<object?> QueryAsync(string sql)
    {
        await using var connection = new NpgsqlConnection($"{ConnectionString};Pooling=false;Timeout=30");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    /// <summary>SIGSTOP for all its processes, as where its machine stands still: connections are taken, and nothing is answered.</summary>
    public Task FreezeAsync() => SignalAsync("STOP", [server!.Id, .. Children()]);

    /// <summary>SIGCONT.</summary>
    public Task ThawAsync() => SignalAsync("CONT", [.. Children(), server!.Id]);

    /// <summary>kill -9 for all its processes at once.</summary>
    public async Task KillAsync()
    {
        await SignalAsync("KILL", [server!.Id, .. Children()]);
        await server.WaitForExitAsync();
    }

    /// <summary>Starts it again after <see cref="KillAsync"/>.</summary>
    public async Task StartServerAsync()
    {
        string[] arguments = ["-D", Data, "-p", Text(Port), "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "fsync=off", "-c", "logging_collector=off",
            .. settings.SelectMany(setting => new[] { "-c", setting })];
        server = Start("postgres", arguments);
        var log = new StreamWriter(Log, append: true) { AutoFlush = true };
        server.ErrorDataReceived += (_, line) => log.WriteLine(line.Data);
        server.BeginErrorReadLine();
        server.BeginOutputReadLine();
        await Patience.UntilAsync(async () =>
        {
            Assert.That(server.HasExited, Is.False, () => File.ReadAllText(Log));
            try
            {
                await QueryAsync("SELECT 1");
                return true;
            }
            catch (NpgsqlException)
            {
                return false;
            }
        });
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (server is { HasExited: false })
        {
            await KillAsync();
        }

        server?.Dispose();
        Directory.Delete(directory, recursive: true);
    }

    private static string NewDirectory()
    {
        if (Binaries is null)
        {
            Assert.Ignore("cannot run here: there is no PostgreSQL with pg_basebackup (Debian package postgresql)");
        }

        var made = Directory.CreateTempSubdirectory("webapp-cluster-").FullName;
        if (Environment.IsPrivilegedProcess)
        {
            Process.Start("chown", ["postgres", made]).WaitForExit();
        }

        return made;
    }

    private static Process Start(string program, params string[] arguments)
    {
        string[] command = [.. Environment.IsPrivilegedProcess ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--"] : Array.Empty<string>(),
            Path.Combine(Binaries!, program), .. arguments];
        return Process.Start(new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
            Environment = { ["LC_ALL"] = "C", ["TZ"] = "UTC" },
        })!;
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Start(program, arguments);
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        Assert.That(process.ExitCode, Is.Zero, $"{program}: {await output}{await errors}");
    }

    private static async Task SignalAsync(string signal, IEnumerable<int> processes)
    {
        using var kill = Process.Start("kill", [$"-{signal}", .. processes.Select(Text)]);
        await kill.WaitForExitAsync(); // One that has ended meanwhile is none of its business.
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private int[] Children() => [.. Directory.GetDirectories("/proc").Select(Path.GetFileName).Where(name => int.TryParse(name, out _)).Where(name => ParentOf(name!) == server!.Id).Select(name => int.Parse(name!, CultureInfo.InvariantCulture))];

    private static int ParentOf(string process)
    {
        try
        {
            return ParentField().Match(File.ReadAllText($"/proc/{process}/stat")) is { Success: true } found ? int.Parse(found.Groups[1].Value, CultureInfo.InvariantCulture) : 0;
        }
        catch (IOException)
        {
            return 0; // It has ended.
        }
    }

    // pid (name) state parent
    [GeneratedRegex(@"\) \S (\d+) ")]
    private static partial Regex ParentField();
}
