using Microsoft.Extensions.Logging.Abstractions;

namespace WebApp.Operations.LocalPostgres;

/// <summary>How to run a private PostgreSQL.</summary>
public sealed class LocalServerOptions
{
    /// <summary>
    /// Where cluster, password and log live; the whole directory is taken over. Null: one place a user when
    /// <see cref="Durable"/>, else a new place that nobody shares. As root it must be reachable by an unprivileged account.
    /// </summary>
    public string? DataDirectory { get; init; }

    /// <summary>False for a throwaway: nothing is flushed to disk, and the directory is deleted on dispose.</summary>
    public bool Durable { get; init; } = true;

    /// <summary>Directories that hold <c>initdb</c> and <c>pg_ctl</c>, best first; null searches the usual places.</summary>
    public IReadOnlyList<string>? BinaryDirectories { get; init; }

    /// <summary>Told of starts and stops.</summary>
    public ILogger Logger { get; init; } = NullLogger.Instance;
}
