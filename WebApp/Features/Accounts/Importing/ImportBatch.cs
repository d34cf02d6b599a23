namespace WebApp.Features.Accounts.Importing;

/// <summary>Some lines of a file, written or refused in one transaction.</summary>
/// <param name="after">The last line before them that was done with.</param>
internal sealed class ImportBatch(long after)
{
    /// <summary>Lines in a transaction: enough that its commit does not count, few enough that its locks are short.</summary>
    public const int MaxLines = 1000;

    /// <summary>Accounts to be made.</summary>
    public List<ImportRow> Rows { get; } = [];

    /// <summary>Lines refused, and why.</summary>
    public List<(long Line, string Reason)> Refused { get; } = [];

    /// <summary>The last line before it that was done with.</summary>
    public long After { get; } = after;

    /// <summary>Its own last line.</summary>
    public long LastLine { get; private set; } = after;

    /// <summary>Whether there is room for no more.</summary>
    public bool IsFull => Rows.Count + Refused.Count >= MaxLines;

    /// <summary>Adds a line.</summary>
    public void Add(ImportRecord record, ImportCheck judge)
    {
        LastLine = record.Line;
        var (row, reason) = judge.Check(record);
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
