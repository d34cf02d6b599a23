using Microsoft.EntityFrameworkCore.Storage;
using WebApp.Platform.Data;

namespace WebApp.Platform.Mail;

/// <summary>A message whose row this node has locked. Disposed without a save, it goes back to the queue as it was.</summary>
public sealed class OutboxClaim(AppDbContext db, IDbContextTransaction transaction, OutboxMessage message, OutboxPlaces places) : IAsyncDisposable
{
    /// <summary>The message. Changes to it are saved by <see cref="SaveAsync"/>.</summary>
    public OutboxMessage Message => message;

    /// <summary>Saves what became of the message. It may be sent already, so nothing cancels this.</summary>
    public async Task SaveAsync()
    {
        await db.SaveChangesAsync(CancellationToken.None);
        await transaction.CommitAsync(CancellationToken.None);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await transaction.DisposeAsync();
            await db.DisposeAsync();
        }
        finally
        {
            places.Release(message);
        }
    }
}
