using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;
using WebApp.Platform.Data.Encryption;

namespace WebApp.Platform.Mail;

/// <summary>Encrypts the messages in the outbox, including the recipient.</summary>
public sealed class OutboxCipher(IDataProtectionProvider protection, MasterKey master)
{
    // Strict: a mail with a missing or null member is unreadable, and is not sent incomplete.
    private static readonly JsonSerializerOptions Strict =
        new(JsonSerializerDefaults.Web) { RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true };

    private readonly IDataProtector protector = protection.CreateProtector("Mail.Outbox");
    private readonly IDataProtector webhooks = protection.CreateProtector("Mail.Outbox.Webhooks");
    private readonly byte[] domainKey = master.Derive("Mail.Outbox.Domains");

    /// <summary>The encrypted body of a message. Throws <see cref="ArgumentException"/> for an invalid recipient.</summary>
    public byte[] Seal(OutgoingMail mail) => protector.Protect(JsonSerializer.SerializeToUtf8Bytes(
        new Letter(mail.To, mail.Content.Subject, mail.Content.Text, mail.Content.Html), Strict));

    /// <summary>Decrypts the mail in a body; null if it cannot be decrypted (another key ring, a damaged row).</summary>
    public OutgoingMail? Open(Guid id, byte[] body)
    {
        try
        {
            var letter = JsonSerializer.Deserialize<Letter>(protector.Unprotect(body), Strict);
            return letter is null ? null : new(id, letter.To, new(letter.Subject, letter.Text, letter.Html));
        }
        catch (Exception unreadable) when (unreadable is CryptographicException or JsonException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>The encrypted body of a webhook.</summary>
    public byte[] SealWebhook(byte[] json) => webhooks.Protect(json);

    /// <summary>Decrypts the webhook in a body; null if it cannot be decrypted.</summary>
    public byte[]? OpenWebhook(byte[] body)
    {
        try
        {
            return webhooks.Unprotect(body);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <summary>A keyed hash of an address's domain: equal for equal domains, useless without the master key, and never <see cref="OutboxMessage.UnknownDomain"/>.</summary>
    public long HashDomain(string address)
    {
        var domain = address[(address.LastIndexOf('@') + 1)..].ToLowerInvariant();
        return BinaryPrimitives.ReadInt64BigEndian(HMACSHA256.HashData(domainKey, Encoding.UTF8.GetBytes(domain))) | 1;
    }

    private sealed record Letter(string To, string Subject, string Text, string Html);
}
