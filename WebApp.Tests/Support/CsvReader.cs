using System.Text;

namespace WebApp.Tests.Support;

/// <summary>Reads CSV as RFC 4180 has it; written apart from what writes it.</summary>
public static class CsvReader
{
    public static List<string[]> Read(string text)
    {
        List<string[]> rows = [];
        List<string> row = [];
        var (cell, quoted) = (new StringBuilder(), false);
        for (var i = 0; i < text.Length; i++)
        {
            switch (text[i])
            {
                case '"' when quoted && i + 1 < text.Length && text[i + 1] == '"':
                    cell.Append(text[++i]);
                    break;
                case '"':
                    quoted = !quoted;
                    break;
                case ',' when !quoted:
                    row.Add(cell.ToString());
                    cell.Clear();
                    break;
                case '\r' when !quoted && text[i + 1] == '\n':
                    i++;
                    rows.Add([.. row, cell.ToString()]);
                    row.Clear();
                    cell.Clear();
                    break;
                default:
                    cell.Append(text[i]);
                    break;
            }
        }

        Assert.That((quoted, cell.Length, row.Count), Is.EqualTo((false, 0, 0)), "It ends with a line.");
        return rows;
    }
}
