using System.Text;
using System.Text.Json;

namespace WebApp.Features.Tokens;

/// <summary>Strings that are in nearly every token, so that reading one makes none of them anew.</summary>
internal static class KnownTexts
{
    private static readonly (byte[] Utf8, string Text)[] Known =
        [.. new[] { "pwd", "user", "admin", "otp", "mfa", "hwk", "swk" }.Select(text => (Encoding.ASCII.GetBytes(text), text))];

    /// <summary>The string the reader stands at.</summary>
    public static string Read(ref Utf8JsonReader json)
    {
        if (json.ValueSpan.IsEmpty)
        {
            return "";
        }

        foreach (var (utf8, text) in Known)
        {
            if (json.ValueSpan.SequenceEqual(utf8))
            {
                return text;
            }
        }

        return json.GetString()!;
    }
}
