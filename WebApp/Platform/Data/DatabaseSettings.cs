using Npgsql;
using WebApp.Platform.Startup;

namespace WebApp.Platform.Data;

/// <summary>
/// How the database is reached: by requests, which must be answered soon, and by all other work. What an operator sets in a connection string holds.
/// </summary>
/// <param name="Requests">The connection string of requests; it may lead to a pooler that shares connections between transactions.</param>
/// <param name="Direct">The connection string of <see cref="DirectDatabase"/>; it leads to the server itself.</param>
/// <param name="IsPooled">Whether the two are different addresses.</param>
public sealed record DatabaseSettings(string Requests, string Direct, bool IsPooled)
{
    /// <summary>The name of the connection string.</summary>
    public const string ConnectionName = "Postgres";

    /// <summary>The name of the connection string of the server itself, where the other leads to a pooler.</summary>
    public const string DirectName = "PostgresDirect";

    /// <summary>How long what an administrator asks of large tables may take, in seconds: searches and figures.</summary>
    public const int ReportSeconds = 10;

    // A statement that got no answer is cancelled over a connection of its own, which waits as long again (Npgsql's Timeout) where the whole server is
    // silent. Together they stay below the 3 s within which a request must be answered.
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
        if (isPooled)
        {
            // What a session keeps belongs to a server's connection that others use next.
            requests.NoResetOnClose = true;
        }

        requests.ApplicationName ??= "webapp";
        var direct = Parse(isPooled ? configuration.GetConnectionString(DirectName)! : text, isPooled ? DirectName : ConnectionName);
        direct.ApplicationName ??= "webapp direct";
        SetUnlessGiven(direct, "Timeout", DirectConnectSeconds);
        SetUnlessGiven(direct, "Command Timeout", DirectCommandSeconds);
        SetUnlessGiven(direct, "Maximum Pool Size", DirectPoolSize);
        return new(requests.ConnectionString, direct.ConnectionString, isPooled);
    }

    /// <summary>Makes the source of connections to one of the two.</summary>
    /// <param name="name">What it is called in metrics and traces.</param>
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

        // Npgsql 10.0.0 loses its place in a connection where the statement it is preparing by itself fails: whoever runs that statement
        // next there gets an error for nothing (github.com/npgsql/npgsql/issues/6391).
        settings.MaxAutoPrepare = 0;

        // The values of a refused row are none of the log's business.
        settings.IncludeErrorDetail = false;

        // A commit that waits for a synchronous standby is done here and not there once it is cancelled, and PostgreSQL calls that a success. So nothing is
        // read after a cancellation: the connection is closed, and the answer is 503.
        settings.CancellationTimeout = -1;

        // Which of several servers is the primary is asked again after a second, so that a promoted one is found soon.
        SetUnlessGiven(settings, "Host Recheck Seconds", 1);
        return settings;
    }

    // A standby may not know yet what was revoked, so none is ever asked.
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

/// <summary>A database server that this process runs, where it runs one. It must be disposed after all connections to it.</summary>
public interface IDatabaseServer : IAsyncDisposable;
