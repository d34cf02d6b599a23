using System.Text.RegularExpressions;

namespace WebApp.Features.Passwords;

/// <summary>The words an attacker who knows the person and the site would try first (ASVS 6.2.11).</summary>
internal static partial class ContextWords
{
    /// <summary>Shorter ones turn up in good passwords by chance.</summary>
    public const int MinLength = 4;

    // What is sent in a registration must not set the cost of checking its password.
    private const int MaxItemLength = 256;
    private const int MaxWords = 32;

    /// <summary>The words of an address, a name or a product, in lower case, longest first.</summary>
    public static string[] Of(ReadOnlySpan<string?> items)
    {
        var words = new HashSet<string>();
        foreach (var item in items)
        {
            if (!string.IsNullOrWhiteSpace(item))
            {
                words.UnionWith(Of(item.Length > MaxItemLength ? item[..MaxItemLength] : item));
            }
        }
        return [.. words.Where(word => word.Length >= MinLength).OrderByDescending(word => word.Length).ThenBy(word => word, StringComparer.Ordinal).Take(MaxWords)];
    }

    /// <summary>The item whole, without its punctuation, and each of its parts.</summary>
    private static IEnumerable<string> Of(string item)
    {
        var text = item.Trim().ToLowerInvariant();
        var at = text.LastIndexOf('@');
        // Of a domain everything but its last label: "info" or "name" would be refused to half the world.
        var lastDot = text.LastIndexOf('.');
        var telling = at >= 0 && lastDot > at ? text[..lastDot] : text;
        return [text, .. Whole(at >= 0 ? text[..at] : text), .. AlphanumericRuns().Matches(telling).Concat(LetterOrDigitRuns().Matches(telling)).Select(match => match.Value)];
    }

    private static string[] Whole(string name) => [name, string.Concat(name.Where(char.IsLetterOrDigit))];

    [GeneratedRegex(@"[\p{L}\p{M}\p{Nd}]+")]
    private static partial Regex AlphanumericRuns();

    [GeneratedRegex(@"[\p{L}\p{M}]+|\p{Nd}+")]
    private static partial Regex LetterOrDigitRuns();
}
