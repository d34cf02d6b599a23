using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;
using WebApp.Platform.Data.Encryption;
using WebApp.Platform.Data.KeyRing;

// Every key in the database names this type with its namespace, and nodes of the release before read the keys that this one makes. It must stay as it is.
namespace WebApp.Data.KeyRing;

/// <summary>Unwraps what <see cref="MasterKeyEncryptor"/> wrapped. Data Protection makes it by name, with the services it needs.</summary>
public sealed class MasterKeyDecryptor(IServiceProvider services) : IXmlDecryptor
{
    private readonly MasterKey master = services.GetRequiredService<MasterKey>();

    /// <inheritdoc/>
    /// <exception cref="CryptographicException">It was wrapped under another master key, or altered.</exception>
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
