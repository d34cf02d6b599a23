using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net.Mail;
using System.Text;
using WebApp.Platform.Data;
using WebApp.Platform.Mail.Webhooks;
using WebApp.Platform.Telemetry;
using WebApp.Platform.Text;

namespace WebApp.Platform.Mail;

/// <summary>Adds the mails and webhooks of all features to the outbox table.</summary>
public sealed class Outbox(OutboxCipher cipher, TimeProvider time)
{
    /// <summary>
    /// Adds a mail to the caller's context, so that it is committed with the change that it reports, or not at all.
    /// Throws <see cref="ArgumentException"/> if <paramref name="to"/> is not a valid <see cref="Recipient"/>.
    /// </summary>
    /// <param name="db">The caller's context; nothing is saved here.</param>
    /// <param name="to">One bare address.</param>
    /// <param name="content">The mail's content.</param>
    /// <param name="kind">The template. <see cref="MailKind"/> has its priority and lifetime.</param>
    /// <param name="deliver">
    /// False for a decoy: an unknown address costs the caller the same encryption and the same insert as a known one, but the row is marked
    /// as sent and has no body, so no mail is sent.
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
    /// <param name="json">The body, UTF-8; sent and signed unchanged.</param>
    /// <param name="kind">The kind of event, for operators.</param>
    /// <param name="receiver">Null for the receiver of alerts, <c>Alerts:Webhook</c>.</param>
    public void AddWebhook(AppDbContext db, byte[] json, string kind, WebhookReceiver? receiver = null) => Add(db, OutboxChannel.Webhook, json, kind, receiver);

    /// <summary>Adds a logout token to the caller's context: JSON for the carrier of that channel, which signs and sends it.</summary>
    /// <param name="db">The caller's context; nothing is saved here.</param>
    /// <param name="json">What the carrier needs, UTF-8.</param>
    public void AddLogout(AppDbContext db, byte[] json) => Add(db, OutboxChannel.Logout, json, "logout-token");

    private void Add(AppDbContext db, OutboxChannel channel, byte[] json, string kind, WebhookReceiver? receiver = null)
    {
        var now = time.GetUtcNow();
        Metrics.OutboxMessage(channel.Name, "queued");
        db.OutboxMessages.Add(new()
        {
            Id = Guid.CreateVersion7(now),
            Channel = channel,
            Kind = kind,
            Receiver = receiver?.Name,
            RecipientDomain = receiver is null ? null : cipher.HashDomain(receiver.Target.Url!.Host), // One that does not answer delays no other.
            CreatedAt = now,
            NextAttemptAt = now,
            Body = cipher.SealWebhook(json),
        });
    }
}

/// <summary>One mail to one person, ready for a transport.</summary>
/// <param name="Id">The outbox message's id; the Message-ID is made from it, so that a mail sent twice can be recognized as one.</param>
/// <param name="To">A valid <see cref="Recipient"/>; anything else throws <see cref="ArgumentException"/>.</param>
/// <param name="Content">The mail's content.</param>
public sealed record OutgoingMail(Guid Id, string To, MailContent Content)
{
    /// <summary>One bare address.</summary>
    public string To { get; } = Recipient.IsValid(To) ? To : throw new ArgumentException("Not an address that mail can be sent to.", nameof(To));

    /// <summary>Only the id: addresses and bodies must not reach logs.</summary>
    public override string ToString() => $"OutgoingMail({Id})";
}

/// <summary>The rule for addresses that mail is sent to.</summary>
public static class Recipient
{
    // RFC 5321 4.5.3.1.3: a path has at most 256 characters, its two angle brackets included.
    private const int MaxLength = 254;

    /// <summary>
    /// True for one bare address: no display name, comment or second address, and no character that could end a header line or
    /// hide text.
    /// </summary>
    public static bool IsValid([NotNullWhen(true)] string? address) =>
        address is { Length: > 0 and <= MaxLength }
        && address.EnumerateRunes().All(IsVisible)
        && MailAddress.TryCreate(address, out var parsed)
        && parsed.Address == address;

    private static bool IsVisible(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.OtherNotAssigned
            or UnicodeCategory.PrivateUse or UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)
        && rune != Rune.ReplacementChar; // An unpaired surrogate is enumerated as this too.
}

/// <summary>The content of one mail, as text and as equivalent HTML.</summary>
/// <param name="Subject">One line; a control character in it is a bug and throws <see cref="ArgumentException"/>, so no header can be injected.</param>
/// <param name="Text">The plain alternative, lines ended by LF.</param>
/// <param name="Html">A whole document.</param>
public sealed record MailContent(string Subject, string Text, string Html)
{
    /// <summary>One line.</summary>
    public string Subject { get; } = Subject.Any(OneLine.Breaks)
        ? throw new ArgumentException("A subject is one line without control characters.", nameof(Subject))
        : Subject;

    /// <summary>A placeholder: the bodies have links and codes for sign-in.</summary>
    public override string ToString() => "MailContent(…)";
}

/// <summary>A message of the outbox for operators, without recipient and content.</summary>
/// <param name="Id">The message's id.</param>
/// <param name="Channel">Mail or webhook.</param>
/// <param name="Kind">The template.</param>
/// <param name="CreatedAt">When it was created (UTC).</param>
/// <param name="Attempts">The number of attempts to send it.</param>
/// <param name="NextAttemptAt">When the next attempt is due (UTC), while it waits.</param>
/// <param name="SentAt">When a server accepted it (UTC).</param>
/// <param name="FailedAt">When it failed for good or expired (UTC).</param>
/// <param name="LastError">The last failure, without addresses.</param>
/// <param name="CanRetry">True if it is not sent, its body is still stored and it has not expired.</param>
/// <param name="Priority">Which messages are sent first.</param>
/// <param name="ExpiresAt">When its code or link stops working, after which it is not sent (UTC).</param>
/// <param name="Expired">Whether it was not sent because it expired.</param>
public sealed record OutboxEntry(
    Guid Id, OutboxChannel Channel, string Kind, DateTimeOffset CreatedAt, int Attempts, DateTimeOffset NextAttemptAt, DateTimeOffset? SentAt, DateTimeOffset? FailedAt, string? LastError, bool CanRetry,
    MailPriority Priority, DateTimeOffset? ExpiresAt, bool Expired)
{
    /// <summary>The receiver of a webhook, if it is not the receiver of alerts.</summary>
    public string? Receiver { get; init; }

    /// <summary>The message's state.</summary>
    public OutboxState State => SentAt is not null ? OutboxState.Sent : Expired ? OutboxState.Expired : FailedAt is not null ? OutboxState.Failed : OutboxState.Waiting;
}
