using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using WebApp.Platform.Data.Encryption;

namespace WebApp.Features.Groups;

/// <summary>The link tokens and codes of invitations, which unlike other one-time secrets go to people who may have no account.</summary>
public sealed class InvitationSecrets(MasterKey master)
{
    /// <summary>Codes tried on an invitation after which only its link works.</summary>
    public const int MaxCodeTries = 5;

    private const int TokenSize = 32;
    private const int CodeDigits = 8;

    private readonly byte[] codeKey = master.Derive("group invitation codes");

    /// <summary>A new 256-bit token and an eight-digit code.</summary>
    public static (string Token, string Code) New() =>
        (Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(TokenSize)), RandomNumberGenerator.GetString("0123456789", CodeDigits));

    /// <summary>What the row holds of a token; with 256 random bits in it, no key is needed.</summary>
    public static byte[] TokenHash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));

    /// <summary>What the row holds of a code, as typed.</summary>
    public byte[] CodeHash(Guid invitation, string code) =>
        HMACSHA256.HashData(codeKey, Encoding.UTF8.GetBytes($"{invitation:N}{string.Concat(code.Where(c => !char.IsWhiteSpace(c) && c != '-'))}"));
}
