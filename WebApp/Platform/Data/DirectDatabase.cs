using System.Diagnostics.CodeAnalysis;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Npgsql;

namespace WebApp.Platform.Data;

/// <summary>
/// Connections to the server itself, never through a pooler that shares them between transactions: for what lasts as long as a connection (LISTEN,
/// locks of a session, temporary tables) and for work that no request waits for. Statements have a minute instead of a request's second.
/// </summary>
public sealed class DirectDatabase(NpgsqlDataSource source) : IAsyncDisposable, IDisposable
{
    /// <summary>How long a statement outside of requests may take.</summary>
    public static readonly TimeSpan LongTimeout = TimeSpan.FromMinutes(1);

    /// <summary>The source of the connections.</summary>
    public NpgsqlDataSource Source => source;

    /// <summary>Opens one.</summary>
    public ValueTask<NpgsqlConnection> OpenConnectionAsync(CancellationToken cancel) => source.OpenConnectionAsync(cancel);

    /// <summary>A statement with a connection of its own.</summary>
    [SuppressMessage("Security", "CA2100", Justification = "Callers pass constants.")]
    public NpgsqlCommand CreateCommand(string sql) => source.CreateCommand(sql);

    /// <summary>Several statements with a connection of their own.</summary>
    public NpgsqlBatch CreateBatch() => source.CreateBatch();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => source.DisposeAsync();

    /// <inheritdoc/>
    public void Dispose() => source.Dispose();
}

/// <summary>The same time for statements of a context.</summary>
public static class LongStatements
{
    extension(DatabaseFacade database)
    {
        /// <summary>Gives this context's statements <see cref="DirectDatabase.LongTimeout"/>; for work that is no request, or a report.</summary>
        public void AllowLongStatements() => database.SetCommandTimeout(DirectDatabase.LongTimeout);
    }
}
