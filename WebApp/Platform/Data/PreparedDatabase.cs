using System.Data;
using System.Diagnostics.CodeAnalysis;
using Npgsql;
using NpgsqlTypes;

namespace WebApp.Platform.Data;

/// <summary>
/// Runs the statements of frequent requests. Each is prepared once per connection and stays prepared while the connection is pooled, which saves PostgreSQL
/// parsing and planning. Npgsql's automatic prepare is off: see <see cref="DatabaseSettings"/>.
/// </summary>
/// <remarks>
/// Behind a pooler that shares connections between transactions nothing is prepared: not every pooler tracks prepared statements. A pooler that the settings
/// do not mention is recognised at the start.
/// </remarks>
public sealed class PreparedDatabase(NpgsqlDataSource database, DirectDatabase direct, DatabaseSettings settings)
{
    /// <summary>Whether statements are prepared: not behind a pooler.</summary>
    public bool Prepares { get; private set; } = !settings.IsPooled;

    /// <summary>Asks the database whether a pooler answers for it.</summary>
    /// <exception cref="NpgsqlException">The database is unreachable.</exception>
    public async Task FindPoolerAsync(CancellationToken cancel)
    {
        if (Prepares)
        {
            // The same address, with longer timeouts.
            await using var connection = await direct.Source.OpenConnectionAsync(cancel);
            Prepares = !await DatabaseSettings.IsThroughPoolerAsync(connection, cancel);
        }
    }

    /// <summary>A parameter with its type, which a prepared statement needs.</summary>
    public static NpgsqlParameter Parameter(NpgsqlDbType type, object? value) => new() { NpgsqlDbType = type, Value = value ?? DBNull.Value };

    /// <summary>Runs a statement on its own connection. Disposing the reader returns the connection.</summary>
    /// <param name="sql">A constant: each text stays prepared.</param>
    /// <param name="parameters">In the order of <c>$1</c>, <c>$2</c>, …</param>
    /// <param name="cancel">Cancels.</param>
    /// <exception cref="NpgsqlException">The database is unreachable, or rejects the statement.</exception>
    [SuppressMessage("Security", "CA2100", Justification = "Callers pass constants.")]
    [SuppressMessage("Reliability", "CA2000", Justification = "The reader closes the connection; a command holds nothing else.")]
    public async Task<NpgsqlDataReader> ReadAsync(string sql, NpgsqlParameter[] parameters, CancellationToken cancel)
    {
        var connection = await database.OpenConnectionAsync(cancel);
        try
        {
            var command = new NpgsqlCommand(sql, connection);
            command.Parameters.AddRange(parameters);
            if (Prepares)
            {
                await command.PrepareAsync(cancel);
            }

            return await command.ExecuteReaderAsync(CommandBehavior.CloseConnection, cancel);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }
}
