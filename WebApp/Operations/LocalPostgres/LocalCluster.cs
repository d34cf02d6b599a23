using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace WebApp.Operations.LocalPostgres;

/// <summary>One cluster on disk and the programs that run it. The caller of every method must hold the directory's lock.</summary>
internal sealed class LocalCluster(string home, bool durable, PostgresBinaries binaries, ServerAccount account, string password)
{
    private const string Database = "webapp";

    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(10);

    private string Data => DataIn(home);

    private string LogFile => Path.Combine(home, "cluster", "server.log");

    /// <summary>The directory of a cluster's files. Its parent belongs to the server's account, which must not write to our directory.</summary>
    public static string DataIn(string home) => Path.Combine(home, "cluster", "data");

    /// <summary>Creates the cluster if it does not exist. An incomplete cluster of a killed process is created again.</summary>
    public async Task CreateIfMissingAsync(ILogger logger, CancellationToken cancel)
    {
        if (Directory.Exists(Data))
        {
            return;
        }

        logger.CreatingCluster(home);
        var parent = Path.GetDirectoryName(Data)!;
        ClusterHome.MakePrivate(parent);
        account.Own(parent);
        var unfinished = Data + ".new";
        if (Directory.Exists(unfinished))
        {
            Directory.Delete(unfinished, recursive: true);
        }

        // A copy for initdb, because the server's account cannot read our file.
        var passwordFile = Path.Combine(parent, "password");
        File.Delete(passwordFile);
        ClusterHome.WritePrivate(passwordFile, password);
        try
        {
            account.Own(passwordFile);
            // --no-sync saves 0.1 to 1 s. A power failure in the first seconds of a new cluster loses no committed data.
            var (exitCode, output) = await account.RunAsync(
                binaries.Initdb,
                ["-D", unfinished, "-U", Database, "--pwfile", passwordFile, "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--no-sync", "--no-instructions"],
                cancel);
            if (exitCode != 0)
            {
                throw new InvalidOperationException($"PostgreSQL could not make a cluster in {parent}: {output}");
            }
        }
        finally
        {
            File.Delete(passwordFile);
        }

        Directory.Move(unfinished, Data);
    }

    /// <summary>The server that already runs on the cluster; null if there is none. Waits for a server that is starting or stopping.</summary>
    public async Task<PostmasterFile?> FindRunningAsync(CancellationToken cancel)
    {
        while (PostmasterFile.ReadRunning(Data) is { } running)
        {
            if (running.Ready)
            {
                await OpenDatabaseAsync(running.Port, cancel);
                return running;
            }

            await Task.Delay(Poll, cancel);
        }

        return null;
    }

    /// <summary>Starts the server on a free port and waits until its database can be used.</summary>
    public async Task<PostmasterFile> StartAsync(ILogger logger, CancellationToken cancel)
    {
        PostmasterFile.DisownIfStale(Data);
        // Another program may take the port between our check and the server's start. Child processes of a killed server need some time to exit.
        for (var attempt = 1; ; attempt++)
        {
            if (await TryStartAsync(cancel) is { } started)
            {
                await OpenDatabaseAsync(started.Port, cancel);
                return started;
            }

            if (attempt == 5)
            {
                throw new InvalidOperationException($"PostgreSQL did not start. Its log, {LogFile}, ends: {string.Join(' ', File.ReadLines(LogFile).TakeLast(3))}");
            }

            logger.StartFailed(attempt, LogFile);
            await Task.Delay(TimeSpan.FromMilliseconds(200 * attempt), cancel);
        }
    }

    /// <summary>Stops the server if it is still running.</summary>
    public async Task StopAsync(PostmasterFile server, ILogger logger)
    {
        if (PostmasterFile.ReadRunning(Data)?.ProcessId != server.ProcessId)
        {
            return;
        }

        var (exitCode, output) = await account.RunAsync(binaries.PgCtl, ["stop", "-w", "-m", durable ? "fast" : "immediate", "-D", Data], CancellationToken.None);
        if (exitCode == 0)
        {
            logger.StoppedServer(home);
        }
        else
        {
            logger.StopFailed(home, output);
        }
    }

    /// <summary>The connection string of the cluster's database.</summary>
    public string ConnectionString(int port) => ConnectionString(port, Database);

    private string ConnectionString(int port, string database) => new NpgsqlConnectionStringBuilder
    {
        Host = IPAddress.Loopback.ToString(),
        Port = port,
        Database = database,
        Username = Database,
        Password = password,
        SslMode = SslMode.Disable,
        GssEncryptionMode = GssEncryptionMode.Disable,
        // Another program on that port must not get the password in plain text.
        RequireAuth = "ScramSHA256",
    }.ConnectionString;

    private async Task<PostmasterFile?> TryStartAsync(CancellationToken cancel)
    {
        if (new FileInfo(LogFile) is { Exists: true, Length: > 1_000_000 } log)
        {
            log.Delete();
        }

        var port = FreePort();
        // Passed at each start and not written into the cluster, so that they also apply to clusters that older releases created.
        var settings = $"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=250"
            + (durable ? "" : " -c fsync=off -c synchronous_commit=off -c full_page_writes=off");
        using var pgCtl = account.Start(binaries.PgCtl, ["start", "-w", "-D", Data, "-l", LogFile, "-o", settings]);
        try
        {
            while (true)
            {
                // pg_ctl checks every 100 ms; this check is faster.
                if (PostmasterFile.ReadRunning(Data) is { Ready: true } running)
                {
                    return running;
                }

                if (pgCtl.HasExited && pgCtl.ExitCode != 0)
                {
                    return null;
                }

                await Task.Delay(Poll, cancel);
            }
        }
        catch (OperationCanceledException)
        {
            await account.RunAsync(binaries.PgCtl, ["stop", "-W", "-m", "immediate", "-D", Data], CancellationToken.None);
            throw;
        }
    }

    /// <summary>Checks that the server accepts our password, and creates the database if it is missing.</summary>
    private async Task OpenDatabaseAsync(int port, CancellationToken cancel)
    {
        try
        {
            await using var connection = new NpgsqlConnection(ConnectionString(port, "postgres") + ";Pooling=false");
            await connection.OpenAsync(cancel);
            await using var command = new NpgsqlCommand($"SELECT 1 FROM pg_database WHERE datname = '{Database}'", connection);
            if (await command.ExecuteScalarAsync(cancel) is null)
            {
                command.CommandText = $"CREATE DATABASE {Database}";
                await command.ExecuteNonQueryAsync(cancel);
            }
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.InvalidPassword)
        {
            throw new InvalidOperationException($"The PostgreSQL of {home} refuses the password kept there. Stop it and delete the directory to start afresh.", e);
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
