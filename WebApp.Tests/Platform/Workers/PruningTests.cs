using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using WebApp.Platform.Workers;
using WebApp.Tests.Support;

namespace WebApp.Tests.Platform.Workers;

/// <summary>Pruning of tables with rows of every user.</summary>
public sealed class PruningTests
{
    [TestCase("sessions", "ix_sessions_expires_at")]
    [TestCase("known_devices", "ix_known_devices_revoked_at")]
    [TestCase("application_tokens", "ix_application_tokens_expiration_date")]
    [TestCase("totp_credentials", "ix_totp_credentials_unconfirmed")]
    [TestCase("users", "ix_users_unconfirmed")]
    public async Task Old_rows_are_found_by_an_index(string table, string index)
    {
        // A database of its own: what the planner chooses depends on the rows, and those of other tests vary.
        await using var connection = new NpgsqlConnection(await TestServer.NewDatabaseAsync());
        await connection.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        // The tables are empty, so that the database would not use an index that it could use.
        await using (var set = new NpgsqlCommand("SET LOCAL enable_seqscan = off", connection))
        {
            await set.ExecuteNonQueryAsync();
        }

        List<string> plans = [];
        foreach (var prune in TestApp.Shared.Services.GetServices<Prune>().Where(prune => prune.Sql.StartsWith($"DELETE FROM {table} ", StringComparison.Ordinal)))
        {
            await using var explain = new NpgsqlCommand($"EXPLAIN (FORMAT json) {prune.Sql}", connection) { Parameters = { new() { Value = DateTimeOffset.UtcNow } } };
            plans.Add((string)(await explain.ExecuteScalarAsync())!);
        }

        Assert.That(plans, Has.Some.Contains($"\"{index}\""));
    }
}
