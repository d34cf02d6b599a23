using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace WebApp.Features.Tokens;

/// <summary>
/// Writes payloads: the claims in one order and one form, so that equal claims give equal bytes. Each thread has one instance; a payload is valid until the
/// next <see cref="Begin"/> on the same thread.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "The JSON writer writes to memory and lives as long as its thread.")]
internal sealed class PayloadWriter
{
    [ThreadStatic]
    private static PayloadWriter? ofThread;

    private readonly ArrayBufferWriter<byte> buffer = new(1024);
    private readonly Utf8JsonWriter json;

    private PayloadWriter() => json = new(buffer, new() { SkipValidation = true });

    /// <summary>Starts a payload with the claims that every kind has first.</summary>
    public static PayloadWriter Begin(TokenParties parties, Guid subject)
    {
        var writer = ofThread ??= new();
        writer.buffer.ResetWrittenCount();
        writer.json.Reset();
        writer.json.WriteStartObject();
        writer.json.WriteString(ClaimNames.Issuer, parties.Issuer);
        writer.json.WriteString(ClaimNames.Audience, parties.Audience);
        return writer.Id(ClaimNames.Subject, subject);
    }

    /// <summary>A UUID.</summary>
    public PayloadWriter Id(JsonEncodedText name, Guid value)
    {
        json.WriteString(name, value);
        return this;
    }

    /// <summary>A number.</summary>
    public PayloadWriter Count(JsonEncodedText name, int value)
    {
        json.WriteNumber(name, value);
        return this;
    }

    /// <summary>A NumericDate in whole seconds, truncated.</summary>
    public PayloadWriter Time(JsonEncodedText name, DateTimeOffset value)
    {
        json.WriteNumber(name, value.ToUnixTimeSeconds());
        return this;
    }

    /// <summary>A string.</summary>
    public PayloadWriter Text(JsonEncodedText name, string value)
    {
        json.WriteString(name, value);
        return this;
    }

    /// <summary>A list of strings.</summary>
    public PayloadWriter Texts(JsonEncodedText name, IReadOnlyList<string> values)
    {
        json.WriteStartArray(name);
        for (var i = 0; i < values.Count; i++)
        {
            json.WriteStringValue(values[i]);
        }

        json.WriteEndArray();
        return this;
    }

    /// <summary>Ends the payload and returns its bytes.</summary>
    public ReadOnlySpan<byte> End()
    {
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan;
    }
}
