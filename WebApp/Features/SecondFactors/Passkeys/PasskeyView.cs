using System.Buffers.Text;

namespace WebApp.Features.SecondFactors.Passkeys;

/// <summary>A passkey as its owner sees it.</summary>
/// <param name="CredentialId">What the authenticator calls it.</param>
/// <param name="Name">What the owner calls it.</param>
/// <param name="Synced">Whether it is kept by a password manager and so on other devices too.</param>
/// <param name="CreatedAt">When it was added (UTC).</param>
/// <param name="LastUsedAt">When it was last used (UTC); null when never.</param>
public sealed record PasskeyView(byte[] CredentialId, string Name, bool Synced, DateTimeOffset CreatedAt, DateTimeOffset? LastUsedAt)
{
    private const int MaxIdLength = 1023; // WebAuthn 3, 7.1 step 25.

    /// <summary>Its id in addresses.</summary>
    public string Id => Base64Url.EncodeToString(CredentialId);

    /// <summary>Reads an id from an address; null when it is none.</summary>
    public static byte[]? ParseId(string text)
    {
        var bytes = new byte[MaxIdLength];
        return text.Length <= Base64Url.GetEncodedLength(MaxIdLength) && Base64Url.IsValid(text) && Base64Url.TryDecodeFromChars(text, bytes, out var length) ? bytes[..length] : null;
    }
}
