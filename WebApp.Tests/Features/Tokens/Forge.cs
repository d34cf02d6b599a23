using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace WebApp.Tests.Features.Tokens;

/// <summary>Makes tokens as an attacker would, or as another implementation of RFC 7515 does: by hand.</summary>
internal static class Forge
{
    public static string Base64(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

    public static string Decode(string part) => Encoding.UTF8.GetString(Base64Url.DecodeFromChars(part));

    public static string Token(string header, string payload, byte[] secret) => Sign(Base64(header) + "." + Base64(payload), secret);

    public static string Sign(string signed, byte[] secret) =>
        signed + "." + Base64Url.EncodeToString(HMACSHA256.HashData(secret, Encoding.ASCII.GetBytes(signed)));

    public static string Sign512(string signed, byte[] secret) =>
        signed + "." + Base64Url.EncodeToString(HMACSHA512.HashData(secret, Encoding.ASCII.GetBytes(signed)));
}
