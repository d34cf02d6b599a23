using WebApp.Platform.Mail.Transports;

namespace WebApp.Platform.Mail;

/// <summary>The connections to the mail server: each carries one mail at a time, is kept for the next one, and is closed after ten seconds without.</summary>
public sealed class MailConnections(IMailTransport transport, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan IdleLimit = TimeSpan.FromSeconds(10);

    private readonly Lock gate = new();
    private readonly List<Idle> kept = [];

    /// <summary>True where the outbox itself is the mailbox, so a sent mail's body is not erased.</summary>
    public bool KeepsMail => transport.KeepsMail;

    /// <summary>Hands one mail over, on a kept connection where there is one. What servers and networks do is a result; only the caller's own cancellation throws.</summary>
    public async Task<DeliveryResult> SendAsync(OutgoingMail mail, CancellationToken cancel)
    {
        if (Take() is { } known)
        {
            var result = await SendAsync(known, mail, cancel);

            // The server may have closed it long ago, which says nothing about this mail.
            if (result is not DeliveryResult.Deferred { Disconnected: true })
            {
                return result;
            }
        }

        return await SendAsync(transport.NewConnection(), mail, cancel);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        while (Take() is { } connection)
        {
            connection.Dispose();
        }
    }

    private async Task<DeliveryResult> SendAsync(IMailConnection connection, OutgoingMail mail, CancellationToken cancel)
    {
        try
        {
            return await connection.SendAsync(mail, cancel);
        }
        finally
        {
            if (connection.IsOpen)
            {
                Keep(connection);
            }
            else
            {
                connection.Dispose();
            }
        }
    }

    // The one used last, so that those that are not needed grow old.
    private IMailConnection? Take()
    {
        lock (gate)
        {
            if (kept is not [.., var idle])
            {
                return null;
            }

            kept.RemoveAt(kept.Count - 1);
            idle.Timer?.Dispose();
            return idle.Connection;
        }
    }

    private void Keep(IMailConnection connection)
    {
        lock (gate)
        {
            var idle = new Idle(connection);
            kept.Add(idle);
            idle.Timer = time.CreateTimer(_ => Close(idle), null, IdleLimit, Timeout.InfiniteTimeSpan);
        }
    }

    private void Close(Idle idle)
    {
        lock (gate)
        {
            if (!kept.Remove(idle))
            {
                return;
            }
        }

        idle.Timer?.Dispose();
        idle.Connection.Dispose();
    }

    private sealed class Idle(IMailConnection connection)
    {
        public IMailConnection Connection => connection;

        public ITimer? Timer { get; set; }
    }
}
