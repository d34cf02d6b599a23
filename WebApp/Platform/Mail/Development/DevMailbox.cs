using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using WebApp.Platform.Data;
using WebApp.Platform.Mail.Transports;

namespace WebApp.Platform.Mail.Development;

/// <summary>Shows the outbox as a mailbox.</summary>
public sealed class DevMailbox(AppDbContext db, OutboxCipher cipher, IMailTransport transport)
{
    private const int MostShown = 200;
    private const int MostSearched = 1000;

    /// <summary>
    /// The newest 200 mails whose bodies are still stored, newest first; if <paramref name="to"/> is given, those of the newest 1,000 whose address contains
    /// it. A body that cannot be decrypted is left out.
    /// </summary>
    public async Task<IReadOnlyList<MailboxEntry>> ListAsync(string? to, CancellationToken cancel)
    {
        var messages = await Readable.OrderByDescending(m => m.CreatedAt).ThenByDescending(m => m.Id).Take(to is null ? MostShown : MostSearched).ToListAsync(cancel);
        return [.. messages.Select(Open).OfType<MailboxEntry>().Where(mail => to is null || mail.To.Contains(to, StringComparison.OrdinalIgnoreCase))];
    }

    /// <summary>One mail; null if it does not exist or cannot be decrypted.</summary>
    public async Task<MailboxEntry?> FindAsync(Guid id, CancellationToken cancel) =>
        await Readable.SingleOrDefaultAsync(m => m.Id == id, cancel) is { } message ? Open(message) : null;

    private IQueryable<OutboxMessage> Readable => db.OutboxMessages.AsNoTracking().Where(m => m.Body != null && m.Channel == OutboxChannel.Mail);

    // Without a mail server, a mail counts as sent as soon as it is committed. The worker sets SentAt a little later.
    private MailboxEntry? Open(OutboxMessage message) => cipher.Open(message.Id, message.Body!) is { To: var to, Content: var content }
        ? new(message.Id, to, content.Subject, content.Text, content.Html, message.SentAt ?? (transport.KeepsMail ? message.CreatedAt : null))
        : null;
}

/// <summary>One mail at <c>/dev/mailbox</c>.</summary>
/// <param name="Id">The outbox message's id.</param>
/// <param name="To">The recipient.</param>
/// <param name="Subject">One line.</param>
/// <param name="Text">The plain alternative.</param>
/// <param name="Html">The HTML alternative, a whole document.</param>
/// <param name="SentAt">When it was sent (UTC); null while it waits for a mail server.</param>
public sealed record MailboxEntry(Guid Id, string To, string Subject, string Text, string Html, DateTimeOffset? SentAt)
{
    /// <summary>A placeholder without secrets.</summary>
    public override string ToString() => $"MailboxEntry({Id})";
}

/// <summary>A part of a mail's text: a link, or the text between links.</summary>
public sealed partial record TextPiece(string Text, bool IsLink)
{
    /// <summary>Splits a text at its links. The pieces joined are the text.</summary>
    public static IEnumerable<TextPiece> Cut(string text)
    {
        var done = 0;
        foreach (Match link in Link().Matches(text))
        {
            yield return new(text[done..link.Index], IsLink: false);
            yield return new(link.Value, IsLink: true);
            done = link.Index + link.Length;
        }

        yield return new(text[done..], IsLink: false);
    }

    [GeneratedRegex("""https?://[^\s<>"]+""", RegexOptions.NonBacktracking)]
    private static partial Regex Link();
}
