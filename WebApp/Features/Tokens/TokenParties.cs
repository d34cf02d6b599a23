using System.Text;
using System.Text.Json;

namespace WebApp.Features.Tokens;

/// <summary>Issuer and audience, the same in every token of an installation, ready to be written and compared.</summary>
internal sealed class TokenParties(TokenOptions options)
{
    private readonly byte[] issuer = Encoding.UTF8.GetBytes(options.Issuer);
    private readonly byte[] audience = Encoding.UTF8.GetBytes(options.Audience);

    /// <summary>The <c>iss</c> as it is written.</summary>
    public JsonEncodedText Issuer { get; } = JsonEncodedText.Encode(options.Issuer);

    /// <summary>The <c>aud</c> as it is written.</summary>
    public JsonEncodedText Audience { get; } = JsonEncodedText.Encode(options.Audience);

    /// <summary>Whether the reader stands at our issuer.</summary>
    public bool IsIssuer(ref Utf8JsonReader json) => Is(ref json, issuer);

    /// <summary>Whether the reader stands at our audience. A list is refused: nobody else accepts these tokens.</summary>
    public bool IsAudience(ref Utf8JsonReader json) => Is(ref json, audience);

    private static bool Is(ref Utf8JsonReader json, byte[] wanted)
    {
        if (json.TokenType == JsonTokenType.String)
        {
            return json.ValueTextEquals(wanted);
        }

        json.Skip();
        return false;
    }
}
