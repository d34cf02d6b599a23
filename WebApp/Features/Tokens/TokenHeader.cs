using System.Text;

namespace WebApp.Features.Tokens;

/// <summary>The one form of header we write, and what to say of a header that is not one of ours.</summary>
internal static class TokenHeader
{
    private static readonly byte[][] Starts = [.. Enum.GetValues<TokenKind>().Select(kind => Encoding.ASCII.GetBytes(Start(kind)))];

    private static ReadOnlySpan<byte> End => "\"}"u8;

    /// <summary>The header's JSON. The id needs no escaping: see <see cref="SigningKey.IsKeyId"/>.</summary>
    public static string Json(TokenKind kind, string keyId) => Start(kind) + keyId + "\"}";

    /// <summary>
    /// Checks a header whose text is not that of a known key and the wanted kind. A JSON object is a token, though not one of ours;
    /// nothing in it is ever followed (<c>jku</c>, <c>x5u</c>, <c>jwk</c>).
    /// </summary>
    public static JwsResult Check(ReadOnlySpan<byte> json, TokenKind wanted)
    {
        if (NamesKey(json, wanted))
        {
            return JwsResult.UnknownKey;
        }

        return StrictJson.IsObject(json) ? JwsResult.Invalid : JwsResult.Malformed;
    }

    private static bool NamesKey(ReadOnlySpan<byte> json, TokenKind kind)
    {
        ReadOnlySpan<byte> start = Starts[(int)kind];
        return json.Length > start.Length + End.Length && json.StartsWith(start) && json.EndsWith(End)
            && SigningKey.IsKeyId(Encoding.Latin1.GetString(json[start.Length..^End.Length]));
    }

    private static string Start(TokenKind kind) => "{\"alg\":\"HS256\",\"typ\":\"" + Type(kind) + "\",\"kid\":\"";

    private static string Type(TokenKind kind) => kind switch
    {
        TokenKind.Access => "at+jwt",
        TokenKind.Refresh => "rt+jwt",
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };
}

/// <summary>The kinds of signed token. Each has a <c>typ</c> of its own, so that none passes for another (RFC 8725, 3.11).</summary>
public enum TokenKind
{
    /// <summary><c>at+jwt</c>: opens the API for some minutes.</summary>
    Access,

    /// <summary><c>rt+jwt</c>: gets the next pair, once.</summary>
    Refresh,
}
