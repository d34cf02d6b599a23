using WebApp.Platform.Mail.Transports;

namespace WebApp.Platform.Mail;

/// <summary>A pool of connections to the mail server. Each sends one mail at a time and is closed after ten idle seconds.</summary>
public sealed class MailConnections(IMailTransport transport, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan IdleLimit = TimeSpan.FromSeconds(10);

    private readonly Lock gate = new();
    private readonly List<Idle> kept = [];

    /// <summary>True if the outbox itself is the mailbox, so that the body of a sent mail is not erased.</summary>
    public bool KeepsMail => transport.KeepsMail;

    /// <summary>Sends one mail, on a pooled connection if there is one. Failures of servers and networks are results; only the caller's cancellation throws.</summary>
    public async Task<DeliveryResult> SendAsync(OutgoingMail mail, CancellationToken cancel)
    {
        if (Take() is { } known)
        {
            var result = await SendAsync(known, mail, cancel);

            // The server may have closed the idle connection, so the mail is tried again on a new one.
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

    // Takes the most recently used connection, so that unneeded ones reach the idle limit.
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
