using System.Globalization;
using WebApp.Platform.Http;

namespace WebApp.Features.Groups;

/// <summary>What groups may be called.</summary>
public static class GroupName
{
    /// <summary>Characters at most.</summary>
    public const int MaxLength = 60;

    /// <summary>The trimmed name, or what is wrong with it.</summary>
    public static (string? Name, FieldError? Error) Read(string? text)
    {
        var name = text?.Trim();
        return name is { Length: > 0 and <= MaxLength } && name.EnumerateRunes().All(IsPlain)
            ? (name, null)
            : (null, new("Name", $"Give it a name of at most {MaxLength} characters, on one line."));
    }

    // Nothing that breaks the line or turns the direction of what follows: names stand in other people's mails and headers.
    private static bool IsPlain(System.Text.Rune rune) => System.Text.Rune.GetUnicodeCategory(rune) is not
        (UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned)
        && rune.Value is not ((>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069) or 0xFFFD);
}
