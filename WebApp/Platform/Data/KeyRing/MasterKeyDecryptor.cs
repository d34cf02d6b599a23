using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;
using WebApp.Platform.Data.Encryption;
using WebApp.Platform.Data.KeyRing;

// Do not rename or move: every key in the database names this type with its namespace, and nodes of the previous release read keys that this release writes.
namespace WebApp.Data.KeyRing;

/// <summary>Decrypts keys that <see cref="MasterKeyEncryptor"/> encrypted. Data Protection creates it by its type name.</summary>
public sealed class MasterKeyDecryptor(IServiceProvider services) : IXmlDecryptor
{
    private readonly MasterKey master = services.GetRequiredService<MasterKey>();

    /// <inheritdoc/>
    /// <exception cref="CryptographicException">The element was encrypted under another master key, or altered.</exception>
    public XElement Decrypt(XElement encryptedElement)
    {
        var wrapped = Convert.FromBase64String(encryptedElement.Value).AsSpan();
        var nonce = wrapped[..AesGcm.NonceByteSizes.MaxSize];
        var tag = wrapped[^AesGcm.TagByteSizes.MaxSize..];
        var sealedText = wrapped[nonce.Length..^tag.Length];
        var plain = new byte[sealedText.Length];
        using var aes = new AesGcm(master.Derive(MasterKeyEncryptor.Purpose), AesGcm.TagByteSizes.MaxSize);
        aes.Decrypt(nonce, sealedText, tag, plain);
        return XElement.Parse(Encoding.UTF8.GetString(plain));
    }
}
