using System.Text;

namespace WebApp.Accounts.Importing;

/// <summary>
/// Splits a line of CSV (RFC 4180) into its fields. A record is one line: nothing of an account may hold a line break, and a quote somebody forgot to close
/// then costs one line, not the rest of the file.
/// </summary>
internal static class CsvLine
{
    /// <summary>The fields; null where a quote is not closed, or stands where none may.</summary>
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

    // Leaves the index behind the closing quote.
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
