using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using WebApp.Platform.Data;

namespace WebApp.Operations.LocalPostgres;

/// <summary>
/// A private PostgreSQL server for Development and tests: created at first use, and reachable only from this machine, with a
/// password in a file that only its owner can read.
/// </summary>
public sealed class LocalServer : IDatabaseServer
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(1);

    private readonly LocalServerOptions options;
    private readonly LocalCluster cluster;
    private readonly PostmasterFile server;
    private readonly FileStream? lease;
    private bool disposed;

    private LocalServer(LocalServerOptions options, string home, LocalCluster cluster, PostmasterFile server, bool startedHere, FileStream? lease)
    {
        this.options = options;
        this.cluster = cluster;
        this.server = server;
        this.lease = lease;
        DataDirectory = home;
        StartedHere = startedHere;
        ConnectionString = cluster.ConnectionString(server.Port);
    }

    /// <summary>The connection string of the database <c>webapp</c> as superuser. It has the password: do not log it.</summary>
    public string ConnectionString { get; }

    /// <summary>False if the server was already running; it then keeps running after <see cref="DisposeAsync"/>.</summary>
    public bool StartedHere { get; }

    /// <summary>The parent directory of the cluster. Our account can write further files of mode 0600 to it; the server's account cannot.</summary>
    public string DataDirectory { get; }

    /// <summary>Starts a server, or finds the one that runs in the same directory; creates the cluster at first use.</summary>
    /// <exception cref="LocalServerUnavailableException">There is no PostgreSQL on this machine, or no account to run it under.</exception>
    /// <exception cref="TimeoutException">The server was not ready within a minute.</exception>
    public static async Task<LocalServer> StartAsync(LocalServerOptions options, CancellationToken cancel)
    {
        var isUnshared = options is { DataDirectory: null, Durable: false };
        var home = Path.TrimEndingDirectorySeparator(Path.GetFullPath(
            options.DataDirectory ?? (isUnshared ? Path.Combine(ClusterHome.Throwaways, Guid.CreateVersion7().ToString("N")) : ClusterHome.Default)));
        var binaries = PostgresBinaries.Find(options.BinaryDirectories, LocalCluster.DataIn(home));
        var account = ServerAccount.ForThisProcess();
        if (isUnshared)
        {
            await ThrowawaySweep.RunAsync(binaries, account, options.Logger, cancel);
        }

        ClusterHome.Prepare(home, passable: account.IsOther);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(StartLimit);
        FileStream? hold = null;
        try
        {
            hold = await DirectoryLock.TakeAsync(home, limit.Token);
            var cluster = new LocalCluster(home, options.Durable, binaries, account, ClusterHome.Password(home));
            var (server, startedHere) = await FindOrStartAsync(cluster, home, options.Logger, limit.Token);
            // Held until dispose, so that the sweep sees that the directory is in use.
            var lease = isUnshared ? hold : null;
            hold = lease is null ? hold : null;
            return new LocalServer(options, home, cluster, server, startedHere, lease);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new TimeoutException($"The PostgreSQL of {home} was not ready within {StartLimit.TotalSeconds} s; see its log in {Path.Combine(home, "cluster")}.");
        }
        finally
        {
            hold?.Dispose();
        }
    }

    /// <summary>Stops the server if it was started here, and then deletes the directory of a throwaway cluster.</summary>
    public async ValueTask DisposeAsync()
    {
        if (disposed)
        {
            return;
        }

        disposed = true;
        if (!StartedHere)
        {
            return;
        }

        using var hold = lease ?? await DirectoryLock.TakeAsync(DataDirectory, CancellationToken.None);
        await cluster.StopAsync(server, options.Logger);
        if (!options.Durable)
        {
            ClusterHome.Delete(DataDirectory, hold);
        }
    }

    private static async Task<(PostmasterFile Server, bool StartedHere)> FindOrStartAsync(LocalCluster cluster, string home, ILogger logger, CancellationToken cancel)
    {
        var since = Stopwatch.GetTimestamp();
        await cluster.CreateIfMissingAsync(logger, cancel);
        if (await cluster.FindRunningAsync(cancel) is { } running)
        {
            logger.ReusedServer(running.Port, home);
            return (running, false);
        }

        var started = await cluster.StartAsync(logger, cancel);
        var took = (long)Stopwatch.GetElapsedTime(since).TotalMilliseconds;
        logger.StartedServer(started.Port, home, took);
        return (started, true);
    }
}

/// <summary>PostgreSQL cannot run on this machine. The message is for the developer.</summary>
public sealed class LocalServerUnavailableException : Exception
{
    /// <summary>Creates the message with the cause and three solutions.</summary>
    public LocalServerUnavailableException(string why)
        : base($"""
            {why}
            Any one of these helps:
              - install PostgreSQL: {InstallCommand()}
              - docker compose up, which brings its own
              - set ConnectionStrings__Postgres to a database you have, such as "Host=db;Database=webapp;Username=webapp;Password=…"
            """)
    {
    }

    private static string InstallCommand() =>
        OperatingSystem.IsWindows() ? "winget install PostgreSQL.PostgreSQL.17"
        : OperatingSystem.IsMacOS() ? "brew install postgresql@17"
        : File.Exists("/etc/debian_version") ? "sudo apt-get install postgresql"
        : File.Exists("/etc/fedora-release") ? "sudo dnf install postgresql-server"
        : File.Exists("/etc/alpine-release") ? "apk add postgresql setpriv"
        : File.Exists("/etc/arch-release") ? "sudo pacman -S postgresql"
        : "with this system's package manager";
}

internal static partial class LocalServerLog
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Making a PostgreSQL cluster in {DataDirectory}")]
    public static partial void CreatingCluster(this ILogger logger, string dataDirectory);

    [LoggerMessage(Level = LogLevel.Information, Message = "Started PostgreSQL on 127.0.0.1:{Port} from {DataDirectory} in {Milliseconds} ms")]
    public static partial void StartedServer(this ILogger logger, int port, string dataDirectory, long milliseconds);

    [LoggerMessage(Level = LogLevel.Information, Message = "Using the PostgreSQL that runs on 127.0.0.1:{Port} from {DataDirectory}")]
    public static partial void ReusedServer(this ILogger logger, int port, string dataDirectory);

    [LoggerMessage(Level = LogLevel.Warning, Message = "PostgreSQL did not start at attempt {Attempt}; trying again. Its log: {LogFile}")]
    public static partial void StartFailed(this ILogger logger, int attempt, string logFile);

    [LoggerMessage(Level = LogLevel.Information, Message = "Stopped PostgreSQL in {DataDirectory}")]
    public static partial void StoppedServer(this ILogger logger, string dataDirectory);

    [LoggerMessage(Level = LogLevel.Warning, Message = "PostgreSQL in {DataDirectory} was not stopped: {Reason}")]
    public static partial void StopFailed(this ILogger logger, string dataDirectory, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Cleared away {DataDirectory}, left by a process that was killed")]
    public static partial void SweptThrowaway(this ILogger logger, string dataDirectory);
}

/// <summary>How to run a private PostgreSQL.</summary>
public sealed class LocalServerOptions
{
    /// <summary>
    /// The directory of cluster, password and log; it must be used for nothing else. Null: one directory per user if
    /// <see cref="Durable"/>, else a new one. As root, an unprivileged account must be able to reach it.
    /// </summary>
    public string? DataDirectory { get; init; }

    /// <summary>False for a throwaway cluster: nothing is flushed to disk, and the directory is deleted on dispose.</summary>
    public bool Durable { get; init; } = true;

    /// <summary>Directories with <c>initdb</c> and <c>pg_ctl</c>, best first; null searches the usual directories.</summary>
    public IReadOnlyList<string>? BinaryDirectories { get; init; }

    /// <summary>Logs starts and stops.</summary>
    public ILogger Logger { get; init; } = NullLogger.Instance;
}
