using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;
using WebApp.Platform.Startup;
using WebApp.Platform.Text;
using Zxcvbn;

namespace WebApp.Features.Passwords;

/// <summary>Decides which passwords may be used: long enough, of mixed kinds or longer still, and hard to guess for a person who knows the user and the site.</summary>
public sealed class PasswordPolicy(IOptions<PasswordOptions> options, IOptions<AppOptions> app)
{
    private readonly Guessability guessability = new();

    /// <summary>The numbers of the policy.</summary>
    public PasswordRequirements Requirements =>
        new(Rules.MinLength, Rules.PassphraseLength, PasswordText.MaxLength, Rules.MinScore, CharacterClasses.Names);

    /// <summary>The rules as a page lists them, in its language.</summary>
    public IReadOnlyList<PasswordRule> List => [.. PasswordRules.List(Rules)];

    private PasswordOptions Rules => options.Value;

    /// <summary>Checks a new password. Takes at most about 6 ms of CPU for any input; 1 to 2 for a usual password.</summary>
    /// <param name="password">As typed.</param>
    /// <param name="context">Data about its owner: address, display name. The product's name is added.</param>
    public PasswordStrength Evaluate(string password, params ReadOnlySpan<string?> context)
    {
        if (password.Length > PasswordText.MaxLength)
        {
            return Refused("max_length", T("at most {0} characters", PasswordText.MaxLength));
        }

        if (!UnicodeText.IsWellFormed(password))
        {
            return Refused("unicode", T("to be valid Unicode text"));
        }

        var words = ContextWords.From([.. context, app.Value.Name]);
        var result = guessability.Check(password, words);
        var classes = CharacterClasses.In(password);
        var contained = words.FirstOrDefault(word => password.Contains(word, StringComparison.OrdinalIgnoreCase));
        UnmetRule[] unmet = [.. PasswordRules.Unmet(new(classes, contained, result.Score), Rules)];

        return new(
            result.Score,
            unmet.Length == 0,
            [.. unmet.Select(rule => rule.Need)],
            contained is null && result.Score >= Rules.MinScore ? null : Warning(contained, result),
            [.. Suggestions(classes, result)],
            unmet);
    }

    private static PasswordStrength Refused(string rule, string need) => new(0, false, [need], null, [], [new(rule, need)]);

    private static string? Warning(string? contained, Zxcvbn.Result result) => contained is null
        ? Advice.Warning(result)
        : T("“{0}” is part of your name, your address or this site's name, which are tried first.", contained);

    private IEnumerable<string> Suggestions(CharacterClasses classes, Zxcvbn.Result result)
    {
        if (classes.Length < Rules.PassphraseLength && classes.Missing().Any())
        {
            yield return T("Or use {0} characters or more, such as several words; then no kind of character is asked for.", Rules.PassphraseLength);
        }

        if (result.Score >= Rules.MinScore)
        {
            yield break;
        }

        foreach (var suggestion in Advice.Suggestions(result))
        {
            yield return suggestion;
        }
    }
}

/// <summary>zxcvbn with a bounded cost and one gap closed.</summary>
internal sealed class Guessability
{
    /// <summary>
    /// The number of characters that are checked. Any client can ask, and the cost grows with more than the square of the length and with the look-alikes
    /// in it. Measured for the most expensive passwords that a search found: 4 ms of CPU for 24 characters, 6 for 32, 10 for 40, 27 for 64. A password is
    /// good enough if its first 32 characters are.
    /// </summary>
    private const int MaxLength = 32;

    private readonly Zxcvbn.Zxcvbn zxcvbn = new();

    /// <summary>Checks a password; the words of <paramref name="context"/> count as guessed.</summary>
    public Result Check(string password, string[] context)
    {
        var seen = Unrepeated(password);
        return zxcvbn.EvaluatePassword(seen.Length > MaxLength ? seen[..MaxLength] : seen, context);
    }

    /// <summary>
    /// The repeated part of a password ("kqz" of "kqzkqzkqzkq"), or the whole. This version of zxcvbn detects repeated characters, but not repeated parts,
    /// and would rate such a password as hard to guess.
    /// </summary>
    public static string Unrepeated(string password)
    {
        for (var period = 1; period <= password.Length / 2; period++)
        {
            if (password.AsSpan(period).SequenceEqual(password.AsSpan(0, password.Length - period)))
            {
                return password[..period];
            }
        }
        return password;
    }
}

/// <summary>The policy's numbers, for <c>GET /password/policy</c> and the forms.</summary>
/// <param name="MinLength">Minimum number of code points of a password with all <paramref name="Classes"/>.</param>
/// <param name="PassphraseLength">Minimum number of code points of a password without them.</param>
/// <param name="MaxLength">Maximum number of UTF-16 units (as HTML's maxlength counts).</param>
/// <param name="MinScore">Lowest zxcvbn score, 0 to 4.</param>
/// <param name="Classes">Kinds of characters a password shorter than a passphrase needs.</param>
public sealed record PasswordRequirements(int MinLength, int PassphraseLength, int MaxLength, int MinScore, IReadOnlyList<string> Classes);

/// <summary>The policy's result for a password.</summary>
/// <param name="Score">The zxcvbn score, 0 (guessed at once) to 4.</param>
/// <param name="Acceptable">Whether it may be used.</param>
/// <param name="Missing">Unmet rules, as phrases that end the sentence "The password needs …"; empty if acceptable.</param>
/// <param name="Warning">A sentence on what makes it guessable, if anything.</param>
/// <param name="Suggestions">Sentences on how to improve it.</param>
/// <param name="Unmet">The same as <paramref name="Missing"/>, each with the name of its rule.</param>
public sealed record PasswordStrength(
    int Score, bool Acceptable, IReadOnlyList<string> Missing, string? Warning, IReadOnlyList<string> Suggestions, IReadOnlyList<UnmetRule> Unmet);

/// <summary>The words that an attacker who knows the user and the site would try first (ASVS 6.2.11).</summary>
internal static partial class ContextWords
{
    /// <summary>Shorter words appear in good passwords by chance.</summary>
    public const int MinLength = 4;

    // The input of a registration must not determine the cost of checking its password.
    private const int MaxItemLength = 256;
    private const int MaxWords = 32;

    /// <summary>The words of an address, a name or a product, in lower case, longest first.</summary>
    public static string[] From(ReadOnlySpan<string?> items)
    {
        var words = new HashSet<string>();
        foreach (var item in items)
        {
            if (!string.IsNullOrWhiteSpace(item))
            {
                words.UnionWith(From(item.Length > MaxItemLength ? item[..MaxItemLength] : item));
            }
        }
        return [.. words.Where(word => word.Length >= MinLength).OrderByDescending(word => word.Length).ThenBy(word => word, StringComparer.Ordinal).Take(MaxWords)];
    }

    /// <summary>The item without punctuation, and each of its parts.</summary>
    private static IEnumerable<string> From(string item)
    {
        var text = item.Trim().ToLowerInvariant();
        var at = text.LastIndexOf('@');
        // The last label of a domain is ignored: otherwise "info" or "name" would be refused to very many users.
        var lastDot = text.LastIndexOf('.');
        var relevant = at >= 0 && lastDot > at ? text[..lastDot] : text;
        return [text, .. Whole(at >= 0 ? text[..at] : text), .. AlphanumericRuns().Matches(relevant).Concat(LetterOrDigitRuns().Matches(relevant)).Select(match => match.Value)];
    }

    private static string[] Whole(string name) => [name, string.Concat(name.Where(char.IsLetterOrDigit))];

    [GeneratedRegex(@"[\p{L}\p{M}\p{Nd}]+")]
    private static partial Regex AlphanumericRuns();

    [GeneratedRegex(@"[\p{L}\p{M}]+|\p{Nd}+")]
    private static partial Regex LetterOrDigitRuns();
}
