using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using WebApp.Platform.Text;

namespace WebApp.Features.Accounts.Importing;

/// <summary>A file with accounts, read as a stream.</summary>
internal sealed class ImportFile : IDisposable
{
    private readonly FileStream stream;
    private readonly bool isCsv;

    private ImportFile(FileStream stream, bool isCsv, byte[] digest) => (this.stream, this.isCsv, Digest) = (stream, isCsv, digest);

    /// <summary>Its SHA-256.</summary>
    public byte[] Digest { get; }

    /// <summary>How much of it was read, from 0 to a little less than 1: the last part may still be in a buffer.</summary>
    public double Share => Math.Min(0.99, (double)stream.Position / Math.Max(1, stream.Length));

    /// <summary>Opens the file and reads it once, for its digest.</summary>
    /// <exception cref="ImportException">It cannot be read, or its type is unknown.</exception>
    public static async Task<ImportFile> OpenAsync(string path, CancellationToken cancel)
    {
        var isCsv = Path.GetExtension(path).ToLowerInvariant() switch
        {
            ".csv" => true,
            ".ndjson" or ".jsonl" => false,
            _ => throw new ImportException("A file to import is called ….csv or ….ndjson."),
        };
        try
        {
            var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 64 * 1024, useAsync: false);
            var digest = await SHA256.HashDataAsync(stream, cancel);
            stream.Position = 0;
            return new(stream, isCsv, digest);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new ImportException(failure.Message);
        }
    }

    /// <summary>Its lines, once. UTF-8; a byte order mark is skipped, and one of UTF-16 is respected.</summary>
    public IEnumerable<ImportRecord> Read()
    {
        var lines = new LineReader(new StreamReader(stream, Encoding.UTF8, detectEncodingFromByteOrderMarks: true, leaveOpen: true));
        return isCsv ? CsvRecords.Read(lines) : NdjsonRecords.Read(lines);
    }

    /// <inheritdoc/>
    public void Dispose() => stream.Dispose();
}

/// <summary>Reads a text line by line, with LF or CR LF, and never holds more than a bounded part of a line.</summary>
internal sealed class LineReader(TextReader text)
{
    /// <summary>The maximum length of a line: far more than any account needs.</summary>
    public const int MaxLength = 16 * 1024;

    private readonly char[] buffer = new char[4096];
    private readonly StringBuilder line = new();
    private int at;
    private int end;

    /// <summary>The number of the line last read; the first is 1.</summary>
    public long Number { get; private set; }

    /// <summary>The next line, truncated after <see cref="MaxLength"/>; null at the end.</summary>
    public string? Next()
    {
        line.Clear();
        var any = false;
        while (at < end || Fill())
        {
            any = true;
            var rest = buffer.AsSpan(at, end - at);
            var newline = rest.IndexOf('\n');
            var part = newline < 0 ? rest : rest[..newline];
            line.Append(part[..Math.Min(part.Length, MaxLength + 2 - line.Length)]);
            at += part.Length + (newline < 0 ? 0 : 1);
            if (newline >= 0)
            {
                break;
            }
        }

        if (!any)
        {
            return null;
        }

        Number++;
        return line is [.., '\r'] ? line.ToString(0, line.Length - 1) : line.ToString();
    }

    private bool Fill()
    {
        (at, end) = (0, text.Read(buffer));
        return end > 0;
    }
}

/// <summary>The records of a CSV file, whose first line names the columns. The delimiter is the comma, semicolon or tab that fits the first line.</summary>
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

/// <summary>The records of a file with one JSON object per line.</summary>
internal static class NdjsonRecords
{
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 3 };

    public static IEnumerable<ImportRecord> Read(LineReader lines)
    {
        while (lines.Next() is { } line)
        {
            if (!string.IsNullOrWhiteSpace(line))
            {
                yield return line.Length > LineReader.MaxLength ? ImportRecord.Unreadable(lines.Number, "the line is too long") : Read(lines.Number, line);
            }
        }
    }

    private static ImportRecord Read(long number, string line)
    {
        try
        {
            using var document = JsonDocument.Parse(line, Strict);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                return ImportRecord.Unreadable(number, "no JSON object");
            }

            Dictionary<string, string> fields = [];
            foreach (var member in document.RootElement.EnumerateObject())
            {
                if (!ImportColumns.All.Contains(member.Name))
                {
                    return ImportRecord.Unreadable(number, ImportColumns.Unknown(member.Name));
                }

                if (Text(member.Value) is not { } text || !fields.TryAdd(member.Name, text))
                {
                    return ImportRecord.Unreadable(number, $"{member.Name} is there twice, or of the wrong type");
                }
            }

            return new(number, fields);
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: half a surrogate pair in an escape.
            return ImportRecord.Unreadable(number, "no JSON object");
        }
    }

    private static string? Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        JsonValueKind.Null => "",
        JsonValueKind.Array when value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String) => string.Join(' ', value.EnumerateArray().Select(item => item.GetString())),
        _ => null,
    };
}
