using System.Text.Json;

namespace WebApp.Features.Accounts.Importing;

/// <summary>The records of a file that has one JSON object a line.</summary>
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
            // InvalidOperationException: half a surrogate pair, escaped.
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
