using System.Diagnostics.CodeAnalysis;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Npgsql;

namespace WebApp.Platform.Data;

/// <summary>
/// Connections to the server itself, never through a pooler that shares them between transactions: for LISTEN, session locks and temporary tables, which
/// belong to a connection, and for work that no request waits for. The statement timeout is a minute; that of requests is a second.
/// </summary>
public sealed class DirectDatabase(NpgsqlDataSource source) : IAsyncDisposable, IDisposable
{
    /// <summary>The timeout of a statement outside of requests.</summary>
    public static readonly TimeSpan LongTimeout = TimeSpan.FromMinutes(1);

    /// <summary>The source of the connections.</summary>
    public NpgsqlDataSource Source => source;

    /// <summary>Opens a connection.</summary>
    public ValueTask<NpgsqlConnection> OpenConnectionAsync(CancellationToken cancel) => source.OpenConnectionAsync(cancel);

    /// <summary>Creates a statement with its own connection.</summary>
    [SuppressMessage("Security", "CA2100", Justification = "Callers pass constants.")]
    public NpgsqlCommand CreateCommand(string sql) => source.CreateCommand(sql);

    /// <summary>Creates a batch of statements with its own connection.</summary>
    public NpgsqlBatch CreateBatch() => source.CreateBatch();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => source.DisposeAsync();

    /// <inheritdoc/>
    public void Dispose() => source.Dispose();
}

/// <summary>The same timeout for statements of an EF Core context.</summary>
public static class LongStatements
{
    extension(DatabaseFacade database)
    {
        /// <summary>Sets this context's statement timeout to <see cref="DirectDatabase.LongTimeout"/>; for work outside of requests, and for reports.</summary>
        public void AllowLongStatements() => database.SetCommandTimeout(DirectDatabase.LongTimeout);
    }
}
