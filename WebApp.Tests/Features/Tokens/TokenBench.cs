using System.Text;
using Microsoft.Extensions.Options;
using WebApp.Features.Tokens;

namespace WebApp.Tests.Features.Tokens;

/// <summary>A codec with one known key, at a known time, and good claims to spoil.</summary>
internal sealed class TokenBench
{
    public const string Issuer = "https://accounts.example.com";
    public const string KeyId = "key-of-the-house";

    public static readonly byte[] Secret = Encoding.ASCII.GetBytes("0123456789abcdef0123456789abcdef");
    public static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public TokenBench() => Codec = CodecWith(new SigningKey(KeyId, Secret, Start.AddDays(-1), null));

    public TokenClock Clock { get; } = new(Start);

    public TokenCodec Codec { get; }

    public AccessTokenClaims Access { get; } = new()
    {
        Subject = Guid.Parse("0195f3a0-1111-7000-8000-000000000001"),
        SessionId = Guid.Parse("0195f3a0-2222-7000-8000-000000000002"),
        TokenId = Guid.Parse("0195f3a0-3333-7000-8000-000000000003"),
        IssuedAt = Start,
        ExpiresAt = Start.AddMinutes(15),
        AuthenticatedAt = Start.AddMinutes(-3),
        Amr = ["pwd", "otp"],
        Roles = ["user", "Größte \"Rolle\""],
        Scope = "profile groups",
        Version = 7,
    };

    public RefreshTokenClaims Refresh { get; } = new(
        Guid.Parse("0195f3a0-1111-7000-8000-000000000001"),
        Guid.Parse("0195f3a0-2222-7000-8000-000000000002"),
        41,
        Start,
        Start.AddDays(7));

    public static string Header(string type = "at+jwt", string keyId = KeyId) => $$"""{"alg":"HS256","typ":"{{type}}","kid":"{{keyId}}"}""";

    public TokenCodec CodecWith(params SigningKey[] keys) => CodecWith(new TokenOptions { Issuer = Issuer }, keys);

    public TokenCodec CodecWith(TokenOptions options, params SigningKey[] keys) =>
        new(new SigningKeyRing(new SigningKeySet(keys)), Options.Create(options), Clock);

    /// <summary>The JSON of a good access token.</summary>
    public string AccessPayload() => Forge.Decode(Codec.WriteAccess(Access).Split('.')[1]);

    /// <summary>The JSON of a good refresh token.</summary>
    public string RefreshPayload() => Forge.Decode(Codec.WriteRefresh(Refresh).Split('.')[1]);

    /// <summary>Reads a payload of the tester's own, rightly signed.</summary>
    public AccessTokenReading ReadSigned(string payload) => Codec.ReadAccess(Forge.Token(Header(), payload, Secret));

    /// <summary>Reads a header of the tester's own over a good payload, rightly signed.</summary>
    public AccessTokenReading ReadWithHeader(string header) => Codec.ReadAccess(Forge.Token(header, AccessPayload(), Secret));
}
