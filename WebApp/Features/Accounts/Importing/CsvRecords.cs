using WebApp.Platform.Text;

namespace WebApp.Features.Accounts.Importing;

/// <summary>The records of a CSV file, whose first line names the columns. They are parted by commas, semicolons or tabs: whichever makes sense of that line.</summary>
internal static class CsvRecords
{
    private static readonly char[] Delimiters = [',', ';', '\t'];

    /// <exception cref="ImportException">The first line does not name columns.</exception>
    public static IEnumerable<ImportRecord> Read(LineReader lines)
    {
        var header = lines.Next() ?? throw new ImportException("The file is empty.");
        var (columns, delimiter) = Columns(header);
        while (lines.Next() is { } line)
        {
            if (line.Length > 0)
            {
                yield return Read(lines.Number, line, columns, delimiter);
            }
        }
    }

    private static ImportRecord Read(long number, string line, string[] columns, char delimiter)
    {
        if (line.Length > LineReader.MaxLength)
        {
            return ImportRecord.Unreadable(number, "the line is too long");
        }

        if (CsvLine.Split(line, delimiter) is not { } fields)
        {
            return ImportRecord.Unreadable(number, "a quote is not closed on its line, or stands in the middle of a field");
        }

        return fields.Count == columns.Length
            ? new(number, columns.Zip(fields).ToDictionary(pair => pair.First, pair => pair.Second))
            : ImportRecord.Unreadable(number, $"{fields.Count} fields, where the first line has {columns.Length}");
    }

    private static (string[] Columns, char Delimiter) Columns(string header)
    {
        foreach (var delimiter in Delimiters)
        {
            if (Names(header, delimiter) is { } names && names.All(ImportColumns.All.Contains))
            {
                return names.Distinct().Count() < names.Length ? throw new ImportException("The first line names a column twice.")
                    : names.Contains(ImportColumns.Email) ? (names, delimiter)
                    : throw new ImportException("The first line does not name the column email.");
            }
        }

        var likeliest = Delimiters.Select(delimiter => Names(header, delimiter)).OfType<string[]>().MaxBy(names => names.Count(ImportColumns.All.Contains));
        throw new ImportException($"The first line must name columns: {(likeliest is null ? "its quotes do not match" : ImportColumns.Unknown(likeliest.First(name => !ImportColumns.All.Contains(name))))}.");
    }

    private static string[]? Names(string header, char delimiter) =>
        CsvLine.Split(header, delimiter) is { } names ? [.. names.Select(name => name.Trim().ToLowerInvariant())] : null;
}
