using Npgsql;

namespace WebApp.Accounts.Importing;

/// <summary>Says why the database had no room for a row.</summary>
internal static class Collisions
{
    /// <summary>Adds a refusal for every row whose id was not taken in.</summary>
    /// <param name="batch">The rows.</param>
    /// <param name="taken">The ids that were taken in.</param>
    /// <param name="lines">Asks for address and line of what this import took in already, among the addresses in <c>$1</c>.</param>
    /// <param name="cancel">Cancels.</param>
    public static async Task AddAsync(ImportBatch batch, HashSet<Guid> taken, NpgsqlCommand lines, CancellationToken cancel)
    {
        var left = batch.Rows.Where(row => !taken.Contains(row.Id)).ToList();
        // Ids are the file's: two rows may have one.
        left.AddRange(batch.Rows.Where(row => taken.Contains(row.Id)).GroupBy(row => row.Id).SelectMany(same => same.Skip(1)));
        if (left.Count == 0)
        {
            return;
        }

        Dictionary<string, long?> found = [];
        lines.Parameters.Insert(0, new() { Value = left.Select(row => row.NormalizedEmail).ToArray() });
        await using (var reader = await lines.ExecuteReaderAsync(cancel))
        {
            while (await reader.ReadAsync(cancel))
            {
                found[reader.GetString(0)] = reader.IsDBNull(1) ? null : reader.GetInt64(1);
            }
        }

        foreach (var row in left)
        {
            batch.Refused.Add((row.Line, !found.TryGetValue(row.NormalizedEmail, out var first) ? "id is that of another account"
                : first is null ? "email has an account already"
                : first == row.Line ? "id is that of another account"
                : $"email is the same as in line {first}"));
        }

        batch.Rows.RemoveAll(left.Contains);
        batch.Refused.Sort();
    }
}
