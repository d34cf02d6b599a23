using System.Security.Cryptography;

namespace WebApp.Tests.Support;

/// <summary>An account that can sign in.</summary>
public sealed record TestUser(Guid Id, string Email, string Password)
{
    // No digits and no hexadecimal letters: addresses of tests have random hexadecimal digits, and a password that has four of them in a row is refused.
    private const string Letters = "ghjkmnpqrstvwxz";

    /// <summary>A good password that nobody else has, and that no random address is part of.</summary>
    public static string NewPassword(string phrase = "Copper lantern") => $"{phrase} {RandomNumberGenerator.GetString(Letters, 16)} 7!";
}
