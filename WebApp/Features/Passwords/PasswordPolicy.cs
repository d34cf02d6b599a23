using Microsoft.Extensions.Options;
using WebApp.Platform.Startup;

namespace WebApp.Features.Passwords;

/// <summary>Which passwords may be used: long enough, of mixed kinds or longer still, and hard to guess for someone who knows the person and the site.</summary>
public sealed class PasswordPolicy(IOptions<PasswordOptions> options, IOptions<AppOptions> app)
{
    private readonly Guessability guessability = new();

    /// <summary>The numbers of the policy.</summary>
    public PasswordRequirements Requirements =>
        new(Rules.MinLength, Rules.PassphraseLength, PasswordText.MaxLength, Rules.MinScore, CharacterClasses.Names);

    private PasswordOptions Rules => options.Value;

    /// <summary>Judges a new password. Takes at most some 6 ms of CPU, whatever is sent; a usual password 1 to 2.</summary>
    /// <param name="password">As typed.</param>
    /// <param name="context">What is known of its owner: address, display name. The product's name is added.</param>
    public PasswordStrength Evaluate(string password, params ReadOnlySpan<string?> context)
    {
        if (password.Length > PasswordText.MaxLength)
        {
            return Refused($"at most {PasswordText.MaxLength} characters");
        }

        if (!PasswordText.IsWellFormed(password))
        {
            return Refused("to be valid Unicode text");
        }

        var words = ContextWords.Of([.. context, app.Value.Name]);
        var result = guessability.Judge(password, words);
        var classes = CharacterClasses.Of(password);
        var contained = words.FirstOrDefault(word => password.Contains(word, StringComparison.OrdinalIgnoreCase));
        var missing = Missing(classes, contained, result.Score);

        return new(
            result.Score,
            missing.Length == 0,
            missing,
            contained is null && result.Score >= Rules.MinScore ? null : Warning(contained, result),
            [.. Suggestions(classes, result)]);
    }

    private static PasswordStrength Refused(string need) => new(0, false, [need], null, []);

    private static string? Warning(string? contained, Zxcvbn.Result result) => contained is null
        ? Advice.Warning(result)
        : $"“{contained}” is part of your name, your address or this site's name, which are tried first.";

    private string[] Missing(CharacterClasses classes, string? contained, int score)
    {
        var missing = new List<string>();
        if (classes.Length < Rules.MinLength)
        {
            missing.Add($"at least {Rules.MinLength} characters, or {Rules.PassphraseLength} for a passphrase");
        }

        if (classes.Length < Rules.PassphraseLength)
        {
            missing.AddRange(classes.Missing());
        }

        if (contained is not null)
        {
            missing.Add($"to do without “{contained}”");
        }

        if (score < Rules.MinScore)
        {
            missing.Add("to be harder to guess");
        }

        return [.. missing];
    }

    private IEnumerable<string> Suggestions(CharacterClasses classes, Zxcvbn.Result result)
    {
        if (classes.Length < Rules.PassphraseLength && classes.Missing().Any())
        {
            yield return $"Or use {Rules.PassphraseLength} characters or more, such as several words; then no kind of character is asked for.";
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
