using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.RegularExpressions;

namespace WebApp.Features.Passwords;

/// <summary>The parts of a bcrypt hash from the database.</summary>
/// <param name="Format">How the password became bcrypt's key.</param>
/// <param name="Kind">bcrypt's own version: 2a, 2b, 2y.</param>
/// <param name="WorkFactor">4 to 16.</param>
/// <param name="Salt">22 characters.</param>
/// <param name="Digest">31 characters.</param>
internal sealed partial record StoredHash(HashFormat Format, string Kind, int WorkFactor, string Salt, string Digest)
{
    /// <summary>The cheapest bcrypt has.</summary>
    public const int MinWorkFactor = 4;

    /// <summary>Some 3 s. A dearer one could only come from an import, and would keep a core busy for minutes.</summary>
    public const int MaxWorkFactor = 16;

    /// <summary>Longer than any of the formats, so that no pattern ever sees a text of unknown size.</summary>
    private const int MaxLength = 100;

    /// <summary>Reads one; false for whatever is not exactly one of the three formats.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out StoredHash? hash)
    {
        hash = text.Length > MaxLength ? null
            : Read(BcryptSha256V2().Match(text), HashFormat.BcryptSha256V2)
            ?? Read(BcryptSha256V1().Match(text), HashFormat.BcryptSha256V1)
            ?? Read(PlainBcrypt().Match(text), HashFormat.Bcrypt);
        return hash is { WorkFactor: >= MinWorkFactor and <= MaxWorkFactor };
    }

    /// <summary>How it is stored.</summary>
    public string ToStorage() => string.Create(CultureInfo.InvariantCulture, $"$bcrypt-sha256$v=2,t={Kind},r={WorkFactor}${Salt}${Digest}");

    /// <summary>The format alone: a hash is not for logs.</summary>
    public override string ToString() => Format.ToString();

    private static StoredHash? Read(Match match, HashFormat format) => match.Success
        ? new(
            format,
            match.Groups["kind"].Value,
            int.Parse(match.Groups["cost"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture),
            match.Groups["salt"].Value,
            match.Groups["digest"].Value)
        : null;

    // passlib writes its cost without a leading zero, bcrypt with one.
    [GeneratedRegex(@"\A\$bcrypt-sha256\$v=2,t=(?<kind>2b),r=(?<cost>[1-9][0-9]?)\$(?<salt>[./A-Za-z0-9]{22})\$(?<digest>[./A-Za-z0-9]{31})\z")]
    private static partial Regex BcryptSha256V2();

    [GeneratedRegex(@"\A\$bcrypt-sha256\$(?<kind>2[ab]),(?<cost>[1-9][0-9]?)\$(?<salt>[./A-Za-z0-9]{22})\$(?<digest>[./A-Za-z0-9]{31})\z")]
    private static partial Regex BcryptSha256V1();

    [GeneratedRegex(@"\A\$(?<kind>2[aby])\$(?<cost>[0-9]{2})\$(?<salt>[./A-Za-z0-9]{22})(?<digest>[./A-Za-z0-9]{31})\z")]
    private static partial Regex PlainBcrypt();
}
