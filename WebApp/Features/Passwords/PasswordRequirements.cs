namespace WebApp.Features.Passwords;

/// <summary>The policy's numbers, for <c>GET /password/policy</c> and the forms.</summary>
/// <param name="MinLength">Fewest code points of a password with all <paramref name="Classes"/>.</param>
/// <param name="PassphraseLength">Fewest code points of one without.</param>
/// <param name="MaxLength">Most UTF-16 units (as HTML's maxlength counts).</param>
/// <param name="MinScore">Lowest zxcvbn score, 0 to 4.</param>
/// <param name="Classes">Kinds of characters a password shorter than a passphrase needs.</param>
public sealed record PasswordRequirements(int MinLength, int PassphraseLength, int MaxLength, int MinScore, IReadOnlyList<string> Classes);
