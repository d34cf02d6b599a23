namespace WebApp.Features.Passwords;

/// <summary>A rule of the policy, as a page lists it.</summary>
/// <param name="Name">Its name, which <see cref="UnmetRule.Rule"/> repeats.</param>
/// <param name="Text">What it asks for, as a phrase.</param>
public sealed record PasswordRule(string Name, string Text);

/// <summary>What a password lacks by one of the rules.</summary>
/// <param name="Rule">The name of the rule: <c>length</c>, <c>kinds</c>, <c>personal</c>, <c>guessable</c>; <c>max_length</c> and <c>unicode</c> for what no usual password meets.</param>
/// <param name="Need">What is missing, as a phrase that ends the sentence "The password needs …".</param>
public sealed record UnmetRule(string Rule, string Need);

/// <summary>The rules of <see cref="PasswordPolicy"/>: how a page lists each, and what a password lacks by it.</summary>
internal static class PasswordRules
{
    private static readonly Rule[] All =
    [
        new(
            "length",
            _ => true,
            options => T("At least {0} characters", options.MinLength),
            (password, options) => password.Classes.Length < options.MinLength ? [T("at least {0} characters, or {1} for a passphrase", options.MinLength, options.PassphraseLength)] : []),
        new(
            "kinds",
            options => options.PassphraseLength > options.MinLength,
            options => T("Upper and lower case, a digit and a symbol or space; or at least {0} characters of any kind", options.PassphraseLength),
            (password, options) => password.Classes.Length < options.PassphraseLength ? password.Classes.Missing() : []),
        new(
            "personal",
            _ => true,
            _ => T("Nothing of your name, your address or the name of this site"),
            (password, _) => password.Contained is { } word ? [T("to do without “{0}”", word)] : []),
        new(
            "guessable",
            options => options.MinScore > 0,
            _ => T("Hard to guess: more than common words, dates or sequences"),
            (password, options) => password.Score < options.MinScore ? [T("to be harder to guess")] : []),
    ];

    /// <summary>The rules that can refuse a password under these options.</summary>
    public static IEnumerable<PasswordRule> List(PasswordOptions options) =>
        All.Where(rule => rule.Applies(options)).Select(rule => new PasswordRule(rule.Name, rule.Text(options)));

    /// <summary>What a password lacks, in the order of the rules.</summary>
    public static IEnumerable<UnmetRule> Unmet(RatedPassword password, PasswordOptions options) =>
        All.Where(rule => rule.Applies(options)).SelectMany(rule => rule.Needs(password, options).Select(need => new UnmetRule(rule.Name, need)));

    private sealed record Rule(
        string Name, Func<PasswordOptions, bool> Applies, Func<PasswordOptions, string> Text, Func<RatedPassword, PasswordOptions, IEnumerable<string>> Needs);
}

/// <summary>What the rules look at.</summary>
/// <param name="Classes">Length and kinds of characters.</param>
/// <param name="Contained">The first word of the owner or the site that it contains; null if there is none.</param>
/// <param name="Score">The zxcvbn score.</param>
internal readonly record struct RatedPassword(CharacterClasses Classes, string? Contained, int Score);
