using System.Globalization;
using System.Text;
using Npgsql;

namespace WebApp.Peers;

/// <summary>Kestrel that commits one UPDATE of one row, prepared, for each request: what any answer that must be written down has to pay.</summary>
internal static class CommitServer
{
    private const int Rows = 64;
    private const string AnswerVariable = "PEER_ANSWER_BYTES";

    /// <summary>Serves <c>/{row}</c>; the answer is as long as the environment says.</summary>
    public static async Task RunAsync()
    {
        await using var database = NpgsqlDataSource.Create(Environment.GetEnvironmentVariable(Program.DatabaseVariable)!);
        await using (var create = database.CreateCommand($"""
            CREATE TABLE counters (id int PRIMARY KEY, value bigint NOT NULL, changed_at timestamptz NOT NULL);
            INSERT INTO counters SELECT n, 0, now() FROM generate_series(0, {Rows - 1}) n
            """))
        {
            await create.ExecuteNonQueryAsync();
        }

        var length = int.Parse(Environment.GetEnvironmentVariable(AnswerVariable)!, CultureInfo.InvariantCulture);
        await BareServer.RunAsync(async context =>
        {
            var row = int.Parse(context.Request.Path.Value.AsSpan(1), CultureInfo.InvariantCulture) % Rows;
            var value = await IncreaseAsync(database, row);
            context.Response.ContentLength = length;
            await context.Response.BodyWriter.WriteAsync(Encoding.ASCII.GetBytes(value.ToString(CultureInfo.InvariantCulture).PadRight(length)));
        });
    }

    private static async Task<long> IncreaseAsync(NpgsqlDataSource database, int row)
    {
        await using var connection = await database.OpenConnectionAsync();
        await using var command = new NpgsqlCommand("UPDATE counters SET value = value + 1, changed_at = now() WHERE id = $1 RETURNING value", connection)
        {
            Parameters = { new NpgsqlParameter<int> { TypedValue = row } },
        };
        await command.PrepareAsync(); // Once a connection: the pool keeps what is prepared.
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
