using System.Text.RegularExpressions;
using WebApp.Platform.Text;

namespace WebApp.Platform.Mail;

/// <summary>What a failure may leave behind in the database and the log.</summary>
public static partial class FailureText
{
    private const int MaxLength = 400;

    /// <summary>One line of at most 400 characters without addresses: servers like to quote them.</summary>
    public static string Clean(string reason)
    {
        // Cut long before the expression runs: the text is a stranger's.
        var line = string.Concat(reason.Take(4 * MaxLength).Select(c => OneLine.Breaks(c) ? ' ' : c));
        line = Address().Replace(line, "(address)").Trim();
        return line.Length <= MaxLength ? line : line[..MaxLength];
    }

    [GeneratedRegex("""[^\s<>"'(),;:]+@[^\s<>"'(),;:]+""", RegexOptions.NonBacktracking)]
    private static partial Regex Address();
}
