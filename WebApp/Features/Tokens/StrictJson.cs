using System.Text.Json;
using System.Text.Unicode;

namespace WebApp.Features.Tokens;

/// <summary>Well-formedness where a second reader might see something else: duplicate names, broken UTF-8 (RFC 7515, 10.12).</summary>
internal static class StrictJson
{
    /// <summary>Nothing we write nests deeper than two.</summary>
    public const int MaxDepth = 8;

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = MaxDepth, AllowDuplicateProperties = false };

    /// <summary>Whether the bytes are one JSON object whose members, at every level, have names of their own.</summary>
    public static bool IsObject(ReadOnlySpan<byte> json)
    {
        // Cheap checks first: the parser reports by exception, and anyone may send what comes here.
        if (json is not [(byte)'{', .., (byte)'}'] || !Utf8.IsValid(json))
        {
            return false;
        }

        try
        {
            using var document = JsonDocument.Parse(json.ToArray(), Options);
            return true;
        }
        catch (Exception e) when (IsRefusal(e))
        {
            return false;
        }
    }

    /// <summary>How System.Text.Json refuses text: the second is its word for half a surrogate pair in <c>\u</c> escapes.</summary>
    public static bool IsRefusal(Exception e) => e is JsonException or InvalidOperationException;
}
