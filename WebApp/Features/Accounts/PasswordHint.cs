using WebApp.Features.Passwords;

namespace WebApp.Features.Accounts;

/// <summary>What a page says of passwords before one is typed.</summary>
public static class PasswordHint
{
    extension(PasswordRequirements rules)
    {
        /// <summary>The two ways to meet the policy, in its own numbers.</summary>
        public string Hint =>
            $"A phrase of a few unrelated words is best: {rules.PassphraseLength} characters or more of anything. "
            + $"From {rules.MinLength} it works with capitals, small letters, digits and symbols.";
    }
}
