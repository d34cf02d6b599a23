using System.Text;

namespace WebApp.Tests.Support;

/// <summary>Makes text that parsers trip over. The same <paramref name="random"/>, the same text.</summary>
public sealed class Noise(Random random)
{
    private static readonly string[] Scraps =
    [
        "", "a", "0", "-1", "\0", "\r\n", "\t", "\u001b[31m", "\u0085", "\u2028", "\u202E", "\uFEFF", "\uFFFE", "\uFFFF", "\u00E9", "e\u0301", "\uD83D\uDE00", "\uFF0F", "%", "%%", "%00", "%2f", "%u0041", "+", "&", "=", ";",
        "'", "\"", "\\", "/", "//", "..", "<script>", "{{7*7}}", "${x}", "$(x)", "' OR 1=1 --", "@", "ada@example.org", "a@b.c", "null", "true", "NaN", "Infinity", "1e999", "9223372036854775808",
        "00000000-0000-0000-0000-000000000000", "{00000000-0000-0000-0000-000000000000}", "2026-11-21T00:00:00Z", "9999-99-99", "wat_", "Bearer", "eyJhbGciOiJub25lIn0.e30.", "totp", "email", "recovery_code", "123456", "abcde-fghjk",
    ];

    private static readonly string[] Numbers = ["0", "-0", "1e400", "-1e-400", "99999999999999999999999999", "1.5", "2147483648", "-9223372036854775809", "0.1e+1", "1E5"];

    private static readonly string[] Escaped = ["\\u0000", "\\ud800", "\\udc00\\ud800", "\\ud83d\\ude00", "\\u2028", "\\n", "\\\\", "\\\"", "\\u001b", "\\x", "\\u12"];

    /// <summary>Any text of UTF-16 that can be written down.</summary>
    public string Text() => string.Concat(Enumerable.Range(0, random.Next(4)).Select(_ => random.Next(5) == 0 ? Rune() : Scraps[random.Next(Scraps.Length)])) + (random.Next(200) == 0 ? new string('x', random.Next(5000)) : "");

    /// <summary>Percent-encoding, right and wrong.</summary>
    public string Escapes() => string.Concat(Enumerable.Range(0, random.Next(6)).Select(_ => random.Next(3) == 0 ? Uri.EscapeDataString(Text()) : $"%{random.Next(256):X2}"));

    /// <summary>What a header can hold.</summary>
    public string Header(string prefix) => prefix + string.Concat((Text() + Text()).Where(c => c is >= ' ' and <= '~'));

    /// <summary>A text with a few of its characters changed, taken out or put in; all printable ASCII.</summary>
    public string Mutate(string text)
    {
        var changed = new StringBuilder(text);
        for (var n = random.Next(1, 4); n > 0 && changed.Length > 1; n--)
        {
            var at = random.Next(changed.Length);
            _ = random.Next(3) switch
            {
                0 => changed.Remove(at, 1),
                1 => changed.Insert(at, (char)random.Next(' ', 127)),
                _ => changed.Replace(changed[at], (char)random.Next(' ', 127), at, 1),
            };
        }

        return changed.ToString();
    }

    /// <summary>A JSON object with these members, or nearly.</summary>
    public string Body(string[] names)
    {
        if (random.Next(12) == 0)
        {
            return random.Next(2) == 0 ? Value(0) : Mutate(Value(0));
        }

        var members = names.Where(_ => random.Next(8) > 0).Concat(random.Next(4) == 0 ? names.Take(1) : []).Append("x").Select(name => $"\"{(random.Next(30) == 0 ? Escape(Text()) : name)}\":{Value(0)}");
        var body = $"{{{string.Join(',', members)}}}";
        return random.Next(10) == 0 ? Mutate(body) : body;
    }

    private string Value(int depth) => random.Next(depth > 80 ? 6 : 9) switch
    {
        0 => Numbers[random.Next(Numbers.Length)],
        1 => new[] { "null", "true", "false" }[random.Next(3)],
        2 => $"\"{Escaped[random.Next(Escaped.Length)]}\"",
        3 or 4 or 5 => $"\"{Escape(Text())}\"",
        6 => $"[{string.Join(',', Enumerable.Range(0, random.Next(3)).Select(_ => Value(depth + 1)))}]",
        7 => $"{{\"{Escape(Text())}\":{Value(depth + 1)}}}",
        _ => random.Next(10) == 0 ? new string('[', random.Next(100)) + new string(']', random.Next(100)) : $"\"{Escape(Text())}\"",
    };

    private static string Escape(string text) => System.Text.Json.JsonEncodedText.Encode(text).Value;

    private string Rune()
    {
        var code = random.Next(0x10FFFF);
        return code is >= 0xD800 and <= 0xDFFF ? "?" : char.ConvertFromUtf32(code);
    }
}
