using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;
using WebApp.Data.KeyRing;
using WebApp.Platform.Data.Encryption;

namespace WebApp.Platform.Data.KeyRing;

/// <summary>Encrypts the key ring's key material with AES-256-GCM under the master key.</summary>
public sealed class MasterKeyEncryptor(MasterKey master) : IXmlEncryptor
{
    /// <summary>The purpose from which the encryption key is derived.</summary>
    internal const string Purpose = "webapp key ring";

    /// <inheritdoc/>
    public EncryptedXmlInfo Encrypt(XElement plaintextElement)
    {
        var plain = Encoding.UTF8.GetBytes(plaintextElement.ToString(SaveOptions.DisableFormatting));
        var wrapped = new byte[AesGcm.NonceByteSizes.MaxSize + plain.Length + AesGcm.TagByteSizes.MaxSize];
        var nonce = wrapped.AsSpan(0, AesGcm.NonceByteSizes.MaxSize);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(master.Derive(Purpose), AesGcm.TagByteSizes.MaxSize);
        aes.Encrypt(nonce, plain, wrapped.AsSpan(nonce.Length, plain.Length), wrapped.AsSpan(nonce.Length + plain.Length));
        CryptographicOperations.ZeroMemory(plain);
        return new(new XElement("masterKey", Convert.ToBase64String(wrapped)), typeof(MasterKeyDecryptor));
    }
}
