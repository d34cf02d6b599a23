using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace WebApp.Features.Tokens;

/// <summary>Reads a payload whose signature was verified.</summary>
internal static class PayloadReader
{
    /// <summary>9999-12-31T23:59:59Z, the last second of <see cref="DateTimeOffset"/>.</summary>
    private const long LastSecond = 253_402_300_799;

    private static readonly JsonReaderOptions Options = new() { MaxDepth = StrictJson.MaxDepth };

    /// <summary>
    /// Returns false if the payload is not in the form that this service writes: a claim of the wrong type, a duplicate. Unknown claims are ignored, so
    /// that nodes of two versions can run side by side.
    /// </summary>
    public static bool TryRead(ReadOnlySpan<byte> json, TokenParties parties, out TokenPayload payload)
    {
        payload = default;
        if (!Utf8.IsValid(json))
        {
            return false;
        }

        try
        {
            var reader = new Utf8JsonReader(json, Options);
            return TryReadObject(ref reader, parties, ref payload, out var unknown) && (!unknown || StrictJson.IsObject(json));
        }
        catch (Exception e) when (StrictJson.IsRefusal(e))
        {
            return false;
        }
    }

    private static bool TryReadObject(ref Utf8JsonReader json, TokenParties parties, ref TokenPayload payload, out bool unknown)
    {
        unknown = false;
        if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
        {
            return false;
        }

        var next = 0;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var claim = ClaimNames.Find(ref json, ref next);
            unknown |= claim == TokenClaim.None;
            var duplicate = (payload.Seen & claim) != 0;
            payload.Seen |= claim;
            json.Read();
            if (duplicate || !TryReadClaim(ref json, claim, parties, ref payload))
            {
                return false;
            }
        }

        return !json.Read();
    }

    private static bool TryReadClaim(ref Utf8JsonReader json, TokenClaim claim, TokenParties parties, ref TokenPayload payload)
    {
        switch (claim)
        {
            // A token of another issuer is well formed but not valid here, so neither of these fails here.
            case TokenClaim.Issuer:
                payload.IssuerIsOurs = parties.IsIssuer(ref json);
                return true;
            case TokenClaim.Audience:
                payload.AudienceIsOurs = parties.IsAudience(ref json);
                return true;
            case TokenClaim.None:
                json.Skip();
                return true;
            default:
                return claim switch
                {
                    TokenClaim.Subject => TryId(ref json, out payload.Subject),
                    TokenClaim.SessionId => TryId(ref json, out payload.SessionId),
                    TokenClaim.TokenId => TryId(ref json, out payload.TokenId),
                    TokenClaim.Sequence => TryCount(ref json, out payload.Sequence),
                    TokenClaim.IssuedAt => TryTime(ref json, out payload.IssuedAt),
                    TokenClaim.ExpiresAt => TryTime(ref json, out payload.ExpiresAt),
                    TokenClaim.NotBefore => TryTime(ref json, out payload.NotBefore),
                    TokenClaim.AuthenticatedAt => TryTime(ref json, out payload.AuthenticatedAt),
                    TokenClaim.Amr => TryTexts(ref json, out payload.Amr),
                    TokenClaim.Roles => TryTexts(ref json, out payload.Roles),
                    TokenClaim.Scope => TryText(ref json, out payload.Scope),
                    TokenClaim.Version => TryCount(ref json, out payload.Version),
                    _ => false,
                };
        }
    }

    private static bool TryId(ref Utf8JsonReader json, out Guid id)
    {
        id = default;
        return json.TokenType == JsonTokenType.String && json.TryGetGuid(out id);
    }

    private static bool TryCount(ref Utf8JsonReader json, out int count)
    {
        count = 0;
        return json.TokenType == JsonTokenType.Number && json.TryGetInt32(out count) && count >= 0;
    }

    /// <summary>A NumericDate (RFC 7519, 2). Fractions are allowed there; this service writes none.</summary>
    private static bool TryTime(ref Utf8JsonReader json, out DateTimeOffset time)
    {
        time = default;
        if (json.TokenType != JsonTokenType.Number || !json.TryGetInt64(out var seconds) || seconds is < 0 or > LastSecond)
        {
            return false;
        }

        time = DateTimeOffset.FromUnixTimeSeconds(seconds);
        return true;
    }

    private static bool TryText(ref Utf8JsonReader json, out string text)
    {
        text = "";
        if (json.TokenType != JsonTokenType.String)
        {
            return false;
        }

        text = KnownTexts.Read(ref json);
        return true;
    }

    private static bool TryTexts(ref Utf8JsonReader json, out string[] texts)
    {
        texts = [];
        if (json.TokenType != JsonTokenType.StartArray)
        {
            return false;
        }

        var count = 0;
        for (var ahead = json; ahead.Read() && ahead.TokenType == JsonTokenType.String; count++)
        {
        }

        texts = count == 0 ? [] : new string[count];
        for (var i = 0; i < count; i++)
        {
            json.Read();
            texts[i] = KnownTexts.Read(ref json);
        }

        return json.Read() && json.TokenType == JsonTokenType.EndArray;
    }
}

/// <summary>Strings that are in nearly every token; reading them allocates no new ones.</summary>
internal static class KnownTexts
{
    private static readonly (byte[] Utf8, string Text)[] Known =
        [.. new[] { "pwd", "user", "admin", "otp", "mfa", "hwk", "swk" }.Select(text => (Encoding.ASCII.GetBytes(text), text))];

    /// <summary>The string at the reader's position.</summary>
    public static string Read(ref Utf8JsonReader json)
    {
        if (json.ValueSpan.IsEmpty)
        {
            return "";
        }

        foreach (var (utf8, text) in Known)
        {
            if (json.ValueSpan.SequenceEqual(utf8))
            {
                return text;
            }
        }

        return json.GetString()!;
    }
}

/// <summary>Checks of well-formedness where two readers could disagree: duplicate names, invalid UTF-8 (RFC 7515, 10.12).</summary>
internal static class StrictJson
{
    /// <summary>This service's own tokens have at most two levels.</summary>
    public const int MaxDepth = 8;

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = MaxDepth, AllowDuplicateProperties = false };

    /// <summary>Whether the bytes are one JSON object whose member names are unique at every level.</summary>
    public static bool IsObject(ReadOnlySpan<byte> json)
    {
        // Cheap checks first: the parser reports errors by exception, and any client may send this.
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

    /// <summary>The exceptions by which System.Text.Json refuses text. It throws the second for half a surrogate pair in <c>\u</c> escapes.</summary>
    public static bool IsRefusal(Exception e) => e is JsonException or InvalidOperationException;
}
