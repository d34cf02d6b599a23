using System.Collections.Concurrent;
using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace WebApp.Platform.Data;

/// <summary>
/// Prepares the statements that EF sends often, as <see cref="PreparedDatabase"/> does with those of frequent requests: PostgreSQL then parses and plans them once a connection.
/// </summary>
/// <remarks>A statement is prepared on a connection from its tenth execution by this process. At most <see cref="MostPrepared"/> are: each takes memory on every connection of the pool.</remarks>
public sealed class PreparedQueries(PreparedDatabase database) : DbCommandInterceptor
{
    /// <summary>How many different statements are prepared.</summary>
    public const int MostPrepared = 150;

    /// <summary>The execution from which on a statement is prepared.</summary>
    public const int OftenFrom = 10;

    private const int MostCounted = 1_000;

    private readonly ConcurrentDictionary<string, Count> counts = new(StringComparer.Ordinal);
    private int prepared;

    /// <inheritdoc/>
    public override async ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
    {
        if (IsOften(command))
        {
            await command.PrepareAsync(cancellationToken);
        }

        return result;
    }

    /// <inheritdoc/>
    public override async ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        if (IsOften(command))
        {
            await command.PrepareAsync(cancellationToken);
        }

        return result;
    }

    private bool IsOften(DbCommand command)
    {
        if (!database.Prepares)
        {
            return false;
        }

        if (!counts.TryGetValue(command.CommandText, out var count))
        {
            // Beyond the limit nothing new is counted: texts that vary without bound must not fill the memory.
            if (counts.Count >= MostCounted)
            {
                return false;
            }

            count = counts.GetOrAdd(command.CommandText, _ => new());
        }

        if (!count.IsPrepared && Interlocked.Increment(ref count.Executions) == OftenFrom)
        {
            count.IsPrepared = Interlocked.Increment(ref prepared) <= MostPrepared;
        }

        return count.IsPrepared;
    }

    private sealed class Count
    {
        public int Executions;

        public volatile bool IsPrepared;
    }
}
