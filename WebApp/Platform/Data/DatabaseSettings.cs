using Npgsql;
using WebApp.Platform.Startup;

namespace WebApp.Platform.Data;

/// <summary>
/// The connection settings of the database: for requests, which must be answered soon, and for all other work. Values that an operator sets in a
/// connection string are kept.
/// </summary>
/// <param name="Requests">The connection string for requests; it may name a pooler that shares connections between transactions.</param>
/// <param name="Direct">The connection string of <see cref="DirectDatabase"/>; it names the server itself.</param>
/// <param name="IsPooled">Whether the two connection strings are configured separately.</param>
public sealed record DatabaseSettings(string Requests, string Direct, bool IsPooled)
{
    /// <summary>The name of the connection string.</summary>
    public const string ConnectionName = "Postgres";

    /// <summary>The name of the connection string of the server itself, if the other names a pooler.</summary>
    public const string DirectName = "PostgresDirect";

    /// <summary>The timeout of an administrator's queries on large tables (searches and figures), in seconds.</summary>
    public const int ReportSeconds = 10;

    /// <summary>How many rows a page of the console counts at most, where a count must look at each row: more would take seconds where there are millions.</summary>
    public const int MostCounted = 10_000;

    // A statement that got no answer is cancelled over a separate connection. If the whole server does not answer, that waits as long again (Npgsql's
    // Timeout). Both together stay below the 3 s within which a request must be answered.
    private const int RequestSeconds = 1;

    private const int DirectConnectSeconds = 5;
    private const int DirectCommandSeconds = 60;

    // Enough for the listener, the workers and a command; requests have a pool of their own.
    private const int DirectPoolSize = 10;

    /// <summary>Reads them.</summary>
    /// <exception cref="StartupException">There is no usable connection string.</exception>
    public static DatabaseSettings Read(IConfiguration configuration)
    {
        if (configuration.GetConnectionString(ConnectionName) is not { Length: > 0 } text)
        {
            throw new StartupException($"ConnectionStrings:{ConnectionName} is missing: set it to a PostgreSQL connection string.");
        }

        var isPooled = configuration.GetConnectionString(DirectName) is { Length: > 0 };
        var requests = Parse(text, ConnectionName);
        SetUnlessGiven(requests, "Timeout", RequestSeconds);
        SetUnlessGiven(requests, "Command Timeout", RequestSeconds);

        // Requests leave no state in the session, so resetting it before each next use would be a statement for nothing. Behind a pooler the session is
        // shared with other clients anyway.
        requests.NoResetOnClose = true;
        requests.ApplicationName ??= "webapp";
        var direct = Parse(isPooled ? configuration.GetConnectionString(DirectName)! : text, isPooled ? DirectName : ConnectionName);
        direct.ApplicationName ??= "webapp direct";
        SetUnlessGiven(direct, "Timeout", DirectConnectSeconds);
        SetUnlessGiven(direct, "Command Timeout", DirectCommandSeconds);
        SetUnlessGiven(direct, "Maximum Pool Size", DirectPoolSize);
        return new(requests.ConnectionString, direct.ConnectionString, isPooled);
    }

    /// <summary>Creates the data source for one of the two connection strings.</summary>
    /// <param name="name">Its name in metrics and traces.</param>
    /// <param name="connection">The connection string.</param>
    /// <param name="loggers">For Npgsql.</param>
    public static NpgsqlDataSource CreateSource(string name, string connection, ILoggerFactory loggers)
    {
        var settings = new NpgsqlConnectionStringBuilder(connection);
        var session = TargetSession(settings);
        settings.TargetSessionAttributes = null;
        var builder = new NpgsqlDataSourceBuilder(settings.ConnectionString) { Name = name };
        builder.UseLoggerFactory(loggers);
        return session is { } target ? builder.BuildMultiHost().WithTargetSession(target) : builder.Build();
    }

    /// <summary>Whether a connection leads to a pooler, which reports an invented process id.</summary>
    public static async Task<bool> IsThroughPoolerAsync(NpgsqlConnection connection, CancellationToken cancel)
    {
        await using var ask = new NpgsqlCommand("SELECT pg_backend_pid()", connection);
        return await ask.ExecuteScalarAsync(cancel) is not int process || process != connection.ProcessID;
    }

    private static NpgsqlConnectionStringBuilder Parse(string text, string name)
    {
        NpgsqlConnectionStringBuilder settings;
        try
        {
            settings = new(text);
            TargetSession(settings);
        }
        catch (ArgumentException failure)
        {
            throw new StartupException($"ConnectionStrings:{name} cannot be read: {failure.Message}");
        }

        // If an automatic prepare fails, Npgsql 10.0.0 gets out of step on that connection, and the next execution of the
        // statement there fails without a cause of its own (github.com/npgsql/npgsql/issues/6391).
        settings.MaxAutoPrepare = 0;

        // Error details quote the values of a rejected row, which must not reach the log.
        settings.IncludeErrorDetail = false;

        // If a commit is cancelled while it waits for a synchronous standby, it is done on the primary only, and PostgreSQL reports success. So nothing is
        // read after a cancellation: the connection is closed, and the answer is 503.
        settings.CancellationTimeout = -1;

        // With several servers, the primary is looked up again after a second, so that a promoted server is found soon.
        SetUnlessGiven(settings, "Host Recheck Seconds", 1);
        return settings;
    }

    // A standby may not have the latest revocations yet, so standbys are not used.
    private static TargetSessionAttributes? TargetSession(NpgsqlConnectionStringBuilder settings) => settings.TargetSessionAttributes?.ToLowerInvariant() switch
    {
        null => settings.Host?.Contains(',', StringComparison.Ordinal) == true ? TargetSessionAttributes.Primary : null,
        "primary" => TargetSessionAttributes.Primary,
        "read-write" => TargetSessionAttributes.ReadWrite,
        var other => throw new ArgumentException($"Target Session Attributes={other} could read from a standby; use primary or read-write."),
    };

    private static void SetUnlessGiven(NpgsqlConnectionStringBuilder settings, string keyword, int value)
    {
        if (!settings.ShouldSerialize(keyword))
        {
            settings[keyword] = value;
        }
    }
}

/// <summary>A database server that this process runs. It must be disposed after all connections to it.</summary>
public interface IDatabaseServer : IAsyncDisposable;
