using Microsoft.EntityFrameworkCore;
using WebApp.Platform.Data;

namespace WebApp.Platform.Mail;

/// <summary>Removes the mails to somebody who is no longer here.</summary>
public sealed class OutboxErasure(OutboxCipher cipher)
{
    /// <summary>
    /// Removes, in the caller's transaction, every mail to one of the addresses whose body is still kept. To find them, each body is opened:
    /// recipients stand nowhere else. In production few are kept, those that wait to be sent.
    /// </summary>
    public async Task EraseAsync(AppDbContext db, IReadOnlyCollection<string> addresses, CancellationToken cancel)
    {
        List<Guid> found = [];
        await foreach (var mail in db.OutboxMessages.AsNoTracking().Where(m => m.Body != null && m.Channel == OutboxChannel.Mail).Select(m => new { m.Id, m.Body }).AsAsyncEnumerable().WithCancellation(cancel))
        {
            if (cipher.Open(mail.Id, mail.Body!) is { } opened && addresses.Contains(opened.To, StringComparer.OrdinalIgnoreCase))
            {
                found.Add(mail.Id);
            }
        }

        await db.OutboxMessages.Where(m => found.Contains(m.Id)).ExecuteDeleteAsync(cancel);
    }
}
