namespace WebApp.Features.Passwords;

/// <summary>What the policy makes of a password.</summary>
/// <param name="Score">zxcvbn's, 0 (guessed at once) to 4.</param>
/// <param name="Acceptable">True when it may be used.</param>
/// <param name="Missing">What it still needs, as phrases that end the sentence "The password needs …"; empty when acceptable.</param>
/// <param name="Warning">A sentence on what makes it guessable, if anything does.</param>
/// <param name="Suggestions">Sentences on what would make it better.</param>
public sealed record PasswordStrength(int Score, bool Acceptable, IReadOnlyList<string> Missing, string? Warning, IReadOnlyList<string> Suggestions);
