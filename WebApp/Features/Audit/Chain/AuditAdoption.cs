using System.Security.Cryptography;
using Npgsql;

namespace WebApp.Features.Audit.Chain;

/// <summary>Signs the events that are older than the chain. Runs once, in the transaction that begins the chain.</summary>
internal static class AuditAdoption
{
    private const int Batch = 1000;
    private const int SaltSize = 16;

    /// <summary>Returns their number.</summary>
    public static async Task<int> RunAsync(NpgsqlConnection connection, AuditMacs macs, CancellationToken cancel)
    {
        var all = 0;
        while (await ReadAsync(connection, cancel) is { Count: > 0 } found)
        {
            byte[][] salts = [.. found.Select(_ => RandomNumberGenerator.GetBytes(SaltSize))];
            byte[][] digests = [.. found.Select((row, i) => row.Personal.Digest(salts[i]))];
            await using var update = new NpgsqlCommand(
                "UPDATE security_events e SET salt = s.salt, personal_digest = s.digest, mac = s.mac FROM unnest($1, $2, $3, $4) AS s (id, salt, digest, mac) WHERE e.id = s.id",
                connection)
            {
                Parameters =
                {
                    new() { Value = found.Select(row => row.Id).ToArray() },
                    new() { Value = salts },
                    new() { Value = digests },
                    new() { Value = found.Select((row, i) => macs.Row(row.Id, row.At ?? 0, row.Kind, digests[i])).ToArray() },
                },
            };
            all += await update.ExecuteNonQueryAsync(cancel);
        }

        return all;
    }

    private static async Task<List<StoredEvent>> ReadAsync(NpgsqlConnection connection, CancellationToken cancel)
    {
        List<StoredEvent> found = [];
        await using var select = new NpgsqlCommand($"SELECT {StoredEvent.Columns} FROM security_events WHERE mac IS NULL LIMIT {Batch} FOR UPDATE", connection);
        await using var row = await select.ExecuteReaderAsync(cancel);
        while (await row.ReadAsync(cancel))
        {
            found.Add(StoredEvent.Read(row));
        }

        return found;
    }
}
