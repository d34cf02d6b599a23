using System.Text;

namespace WebApp.Platform.Text;

/// <summary>Lines of CSV (RFC 4180): writes them so that a spreadsheet runs no formula in them, and splits them into fields.</summary>
public static class CsvLine
{
    /// <summary>Writes the cells, quoted unless empty, and the line end.</summary>
    public static string Write(params ReadOnlySpan<string?> cells)
    {
        var line = new StringBuilder();
        for (var i = 0; i < cells.Length; i++)
        {
            line.Append(i > 0 ? "," : "");
            if (cells[i] is { Length: > 0 } text)
            {
                line.Append('"').Append(Neutralized(text).Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
            }
        }

        return line.Append("\r\n").ToString();
    }

    /// <summary>
    /// Splits a line into fields; null if a quote is not closed or not allowed at its position. A record is one line, so a missing quote makes one line
    /// unreadable and not the rest of the file.
    /// </summary>
    public static List<string>? Split(string line, char delimiter)
    {
        List<string> fields = [];
        var field = new StringBuilder();
        for (var i = 0; ; i++)
        {
            field.Clear();
            var isQuoted = i < line.Length && line[i] == '"';
            if (isQuoted && !ReadQuoted(line, field, ref i))
            {
                return null;
            }

            for (; i < line.Length && line[i] != delimiter; i++)
            {
                if (isQuoted || line[i] == '"')
                {
                    return null;
                }

                field.Append(line[i]);
            }

            fields.Add(field.ToString());
            if (i >= line.Length)
            {
                return fields;
            }
        }
    }

    // A spreadsheet runs a cell that begins like a formula (OWASP, CSV injection); an apostrophe makes it text. Some spreadsheets split cells at semicolons, tabs
    // or line breaks, even inside quotes, so text after those characters gets an apostrophe too.
    private static string Neutralized(string text)
    {
        var safe = new StringBuilder(text.Length + 1);
        for (var i = 0; i < text.Length; i++)
        {
            if ((i == 0 || text[i - 1] is ',' or ';' or '\t' or '\r' or '\n') && BeginsFormula(text.AsSpan(i)))
            {
                safe.Append('\'');
            }

            safe.Append(text[i]);
        }

        return safe.ToString();
    }

    // Some spreadsheets ignore spaces and quotes before a formula.
    private static bool BeginsFormula(ReadOnlySpan<char> cell) => cell[0] is '\t' or '\r' || cell.TrimStart(" \"") is ['=' or '+' or '-' or '@', ..];

    // Sets the index to the character after the closing quote.
    private static bool ReadQuoted(string line, StringBuilder field, ref int i)
    {
        for (i++; i < line.Length; i++)
        {
            if (line[i] != '"')
            {
                field.Append(line[i]);
            }
            else if (i + 1 < line.Length && line[i + 1] == '"')
            {
                field.Append('"');
                i++;
            }
            else
            {
                i++;
                return true;
            }
        }

        return false;
    }
}
