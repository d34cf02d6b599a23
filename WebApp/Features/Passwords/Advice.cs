using Zxcvbn;
using Zxcvbn.Matcher;

namespace WebApp.Features.Passwords;

/// <summary>The findings of zxcvbn as sentences. This version of the library has none of its own.</summary>
internal static class Advice
{
    /// <summary>Describes the longest guessable part of the password.</summary>
    public static string? Warning(Result result) => Weakest(result) switch
    {
        DictionaryMatch { DictionaryName: "user_inputs" } => T("It contains your name, your address or the name of this site."),
        DictionaryMatch { DictionaryName: "passwords" } => T("It is, or contains, one of the most used passwords."),
        DictionaryMatch { DictionaryName: "surnames" or "male_names" or "female_names" } => T("Names are easy to guess."),
        DictionaryMatch => T("Few and common words are easy to guess."),
        RepeatMatch => T("Repeated characters are easy to guess."),
        SequenceMatch => T("Sequences such as abc or 4321 are easy to guess."),
        SpatialMatch => T("Neighbouring keys on the keyboard are easy to guess."),
        DateMatch or { Pattern: "year" } => T("Dates and years are easy to guess."),
        { Pattern: "digits" } => T("Digits alone are easy to guess."),
        _ => null,
    };

    /// <summary>Suggestions for a better password.</summary>
    public static IEnumerable<string> Suggestions(Result result)
    {
        yield return T("Add another word or two; uncommon ones are better.");
        if (Weakest(result) is not DictionaryMatch match)
        {
            yield break;
        }

        if (match is L33tDictionaryMatch)
        {
            yield return T("Look-alikes such as @ for a hardly help.");
        }

        if (match.Token.Any(char.IsUpper))
        {
            yield return T("Capitals in the usual places hardly help.");
        }
    }

    private static Match? Weakest(Result result) =>
        result.MatchSequence.Where(match => match.Pattern != "bruteforce").MaxBy(match => match.Token.Length);
}
