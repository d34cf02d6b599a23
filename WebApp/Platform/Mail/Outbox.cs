using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net.Mail;
using System.Text;
using WebApp.Platform.Data;
using WebApp.Platform.Telemetry;
using WebApp.Platform.Text;

namespace WebApp.Platform.Mail;

/// <summary>Where every feature puts its mail and its webhooks.</summary>
public sealed class Outbox(OutboxCipher cipher, TimeProvider time)
{
    /// <summary>
    /// Adds a mail to the caller's context, so that it is committed with what it tells, or not at all.
    /// Throws <see cref="ArgumentException"/> where <paramref name="to"/> is no <see cref="Recipient"/>.
    /// </summary>
    /// <param name="db">The caller's context; nothing is saved here.</param>
    /// <param name="to">One bare address.</param>
    /// <param name="content">What the mail says.</param>
    /// <param name="kind">Which template it came from. <see cref="MailKind"/> says how urgent that is, and when it is too late to send it.</param>
    /// <param name="deliver">
    /// False for a decoy: an unknown address costs the caller the same encryption and the same row as a known one, but the row is born
    /// finished and empty, so nobody gets a mail.
    /// </param>
    public void Add(AppDbContext db, string to, MailContent content, string kind, bool deliver = true)
    {
        var now = time.GetUtcNow();
        var id = Guid.CreateVersion7(now);
        var body = cipher.Seal(new(id, to, content));
        var common = MailKind.Find(kind);
        Metrics.OutboxMessage(OutboxChannel.Mail.Name, "queued");
        db.OutboxMessages.Add(new()
        {
            Id = id,
            Kind = kind,
            Priority = common.Priority,
            RecipientDomain = cipher.HashDomain(to),
            CreatedAt = now,
            NextAttemptAt = now,
            ExpiresAt = now + common.Lifetime,
            Body = deliver ? body : null,
            SentAt = deliver ? null : now,
        });
    }

    /// <summary>Adds a webhook to the caller's context: JSON for the configured receiver.</summary>
    /// <param name="db">The caller's context; nothing is saved here.</param>
    /// <param name="json">The body, UTF-8; sent and signed byte for byte.</param>
    /// <param name="kind">What it tells of, for operators.</param>
    public void AddWebhook(AppDbContext db, byte[] json, string kind)
    {
        var now = time.GetUtcNow();
        Metrics.OutboxMessage(OutboxChannel.Webhook.Name, "queued");
        db.OutboxMessages.Add(new()
        {
            Id = Guid.CreateVersion7(now),
            Channel = OutboxChannel.Webhook,
            Kind = kind,
            CreatedAt = now,
            NextAttemptAt = now,
            Body = cipher.SealWebhook(json),
        });
    }
}

/// <summary>One mail to one person, ready for a transport.</summary>
/// <param name="Id">The outbox message's id; the Message-ID is made of it, so a mail sent twice can be told for one.</param>
/// <param name="To">A valid <see cref="Recipient"/>; anything else throws <see cref="ArgumentException"/>.</param>
/// <param name="Content">What it says.</param>
public sealed record OutgoingMail(Guid Id, string To, MailContent Content)
{
    /// <summary>One bare address.</summary>
    public string To { get; } = Recipient.IsValid(To) ? To : throw new ArgumentException("Not an address that mail can be sent to.", nameof(To));

    /// <summary>Refuses to print: addresses and bodies are not for logs.</summary>
    public override string ToString() => $"OutgoingMail({Id})";
}

/// <summary>Which addresses mail is sent to.</summary>
public static class Recipient
{
    // RFC 5321 4.5.3.1.3: a path has at most 256 characters, its two angle brackets included.
    private const int MaxLength = 254;

    /// <summary>
    /// True for one bare address: no display name, comment or second address, and nothing that could end a header line or
    /// hide what is read. What follows the last check is still sent as a parsed <see cref="MailAddress"/>.
    /// </summary>
    public static bool IsValid([NotNullWhen(true)] string? address) =>
        address is { Length: > 0 and <= MaxLength }
        && address.EnumerateRunes().All(IsVisible)
        && MailAddress.TryCreate(address, out var parsed)
        && parsed.Address == address;

    private static bool IsVisible(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.OtherNotAssigned
            or UnicodeCategory.PrivateUse or UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)
        && rune != Rune.ReplacementChar; // Also what an unpaired surrogate reads as.
}

/// <summary>What one mail says, twice: as text and as HTML of equal content.</summary>
/// <param name="Subject">One line; a control character in it is a bug and throws <see cref="ArgumentException"/>, so no header can be injected.</param>
/// <param name="Text">The plain alternative, lines ended by LF.</param>
/// <param name="Html">A whole document.</param>
public sealed record MailContent(string Subject, string Text, string Html)
{
    /// <summary>One line.</summary>
    public string Subject { get; } = Subject.Any(OneLine.Breaks)
        ? throw new ArgumentException("A subject is one line without control characters.", nameof(Subject))
        : Subject;

    /// <summary>Refuses to print: the bodies carry links and codes that sign people in.</summary>
    public override string ToString() => "MailContent(…)";
}

/// <summary>A message of the outbox as operators see it: neither to whom nor what.</summary>
/// <param name="Id">Which.</param>
/// <param name="Channel">By what it leaves.</param>
/// <param name="Kind">Which template it came from.</param>
/// <param name="CreatedAt">When it was written (UTC).</param>
/// <param name="Attempts">How often sending was tried.</param>
/// <param name="NextAttemptAt">When it is tried next (UTC), while it waits.</param>
/// <param name="SentAt">When a server took it (UTC).</param>
/// <param name="FailedAt">When it was given up or, expired, dropped (UTC).</param>
/// <param name="LastError">The last refusal, without addresses.</param>
/// <param name="CanRetry">Whether it is not sent, its text is still kept and nothing in it has expired.</param>
/// <param name="Priority">Which messages are sent first.</param>
/// <param name="ExpiresAt">When its code or link stops working, so that it is not sent any more (UTC).</param>
/// <param name="Expired">Whether it was dropped because of that.</param>
public sealed record OutboxEntry(
    Guid Id, OutboxChannel Channel, string Kind, DateTimeOffset CreatedAt, int Attempts, DateTimeOffset NextAttemptAt, DateTimeOffset? SentAt, DateTimeOffset? FailedAt, string? LastError, bool CanRetry,
    MailPriority Priority, DateTimeOffset? ExpiresAt, bool Expired)
{
    /// <summary>Where it is.</summary>
    public OutboxState State => SentAt is not null ? OutboxState.Sent : Expired ? OutboxState.Expired : FailedAt is not null ? OutboxState.Failed : OutboxState.Waiting;
}
