namespace WebApp.Features.Accounts.Importing;

/// <summary>One line of a file.</summary>
/// <param name="Line">Its number; the first is 1.</param>
/// <param name="Fields">What it says, by column; nothing where it could not be read.</param>
/// <param name="Fault">Why it could not be read; else null.</param>
internal sealed record ImportRecord(long Line, IReadOnlyDictionary<string, string> Fields, string? Fault = null)
{
    private static readonly Dictionary<string, string> Nothing = [];

    /// <summary>A line that could not be read.</summary>
    public static ImportRecord Unreadable(long line, string fault) => new(line, Nothing, fault);
}
