using Npgsql;

namespace WebApp.Features.Accounts.Importing;

/// <summary>Some lines of a file that are written or refused in one transaction.</summary>
/// <param name="after">The last finished line before them.</param>
internal sealed class ImportBatch(long after)
{
    /// <summary>Lines in a transaction: enough that the commit costs little per line, few enough that its locks are short.</summary>
    public const int MaxLines = 1000;

    /// <summary>Accounts to create.</summary>
    public List<ImportRow> Rows { get; } = [];

    /// <summary>Lines refused, and why.</summary>
    public List<(long Line, string Reason)> Refused { get; } = [];

    /// <summary>The last finished line before the batch.</summary>
    public long After { get; } = after;

    /// <summary>Its own last line.</summary>
    public long LastLine { get; private set; } = after;

    /// <summary>Whether the batch has its maximum size.</summary>
    public bool IsFull => Rows.Count + Refused.Count >= MaxLines;

    /// <summary>Adds a line.</summary>
    public void Add(ImportRecord record, ImportCheck check)
    {
        LastLine = record.Line;
        var (row, reason) = check.Check(record);
        if (row is not null)
        {
            Rows.Add(row);
        }
        else
        {
            Refused.Add((record.Line, reason!));
        }
    }
}

/// <summary>Finds the reasons why the database did not accept a row.</summary>
internal static class Collisions
{
    /// <summary>Refuses every row that was not accepted.</summary>
    /// <param name="batch">The rows.</param>
    /// <param name="taken">The keys of the accepted rows.</param>
    /// <param name="lines">A query for address and line of the rows that this import accepted, among the addresses in <c>$1</c>.</param>
    /// <param name="cancel">Cancels.</param>
    public static async Task AddAsync(ImportBatch batch, HashSet<(Guid Id, string NormalizedEmail)> taken, NpgsqlCommand lines, CancellationToken cancel)
    {
        // Of two rows with one key, the first was accepted.
        HashSet<ImportRow> good = [.. batch.Rows.DistinctBy(row => row.Key).Where(row => taken.Contains(row.Key))];
        var left = batch.Rows.Where(row => !good.Contains(row)).ToList();
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
                : $"email is the same as in line {first}"));
        }

        batch.Rows.RemoveAll(row => !good.Contains(row));
        batch.Refused.Sort();
    }
}
