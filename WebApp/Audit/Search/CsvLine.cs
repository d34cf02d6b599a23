using System.Buffers;
using System.Text;

namespace WebApp.Audit.Search;

/// <summary>A line of CSV (RFC 4180), safe to be opened in a spreadsheet.</summary>
public static class CsvLine
{
    private static readonly SearchValues<char> Quoted = SearchValues.Create(",\"\r\n");

    /// <summary>The cells, and the line's end.</summary>
    public static string Of(params ReadOnlySpan<string?> cells)
    {
        var line = new StringBuilder();
        foreach (var cell in cells)
        {
            line.Append(line.Length > 0 ? "," : "").Append(Cell(cell ?? ""));
        }

        return line.Append("\r\n").ToString();
    }

    // A cell that begins like a formula is one to a spreadsheet (OWASP, CSV injection): an apostrophe makes it text.
    private static string Cell(string text)
    {
        if (text.Length > 0 && text[0] is '=' or '+' or '-' or '@' or '\t' or '\r')
        {
            text = $"'{text}";
        }

        return text.AsSpan().ContainsAny(Quoted) ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
    }
}
