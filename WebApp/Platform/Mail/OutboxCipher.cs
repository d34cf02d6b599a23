using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;
using WebApp.Platform.Data.Encryption;

namespace WebApp.Platform.Mail;

/// <summary>Encrypts what waits in the outbox: the recipient as well as the words.</summary>
public sealed class OutboxCipher(IDataProtectionProvider protection, MasterKey master)
{
    // Strict: a member that is missing or null is an unreadable letter, not half a mail.
    private static readonly JsonSerializerOptions Strict =
        new(JsonSerializerDefaults.Web) { RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true };

    private readonly IDataProtector protector = protection.CreateProtector("Mail.Outbox");
    private readonly IDataProtector webhooks = protection.CreateProtector("Mail.Outbox.Webhooks");
    private readonly byte[] domainKey = master.Derive("Mail.Outbox.Domains");

    /// <summary>The encrypted body of a message. Throws <see cref="ArgumentException"/> for an invalid recipient.</summary>
    public byte[] Seal(OutgoingMail mail) => protector.Protect(JsonSerializer.SerializeToUtf8Bytes(
        new Letter(mail.To, mail.Content.Subject, mail.Content.Text, mail.Content.Html), Strict));

    /// <summary>The mail in a body; null where it cannot be read (another key ring, a damaged row).</summary>
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

    /// <summary>The webhook in a body; null where it cannot be read.</summary>
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

    /// <summary>The domain of an address as a keyed hash: equal for equal domains, and of no use without the master key. Never <see cref="OutboxMessage.UnknownDomain"/>.</summary>
    public long HashDomain(string address)
    {
        var domain = address[(address.LastIndexOf('@') + 1)..].ToLowerInvariant();
        return BinaryPrimitives.ReadInt64BigEndian(HMACSHA256.HashData(domainKey, Encoding.UTF8.GetBytes(domain))) | 1;
    }

    private sealed record Letter(string To, string Subject, string Text, string Html);
}
