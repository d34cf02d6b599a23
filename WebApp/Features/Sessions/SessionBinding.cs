using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using WebApp.Features.Alerts;
using WebApp.Features.Audit;
using WebApp.Platform.Changes;
using WebApp.Platform.Data;
using WebApp.Platform.Http.Client;

namespace WebApp.Features.Sessions;

/// <summary>Detects that a browser's session is used by another client, or from another network, and does what <c>Sessions:Binding</c> says.</summary>
public sealed class SessionBinding(
    IDbContextFactory<AppDbContext> contexts, PreparedDatabase database, Suspicion suspicion, AuditTrail audit, ChangeFeed feed, IOptions<SessionOptions> options, TimeProvider clock)
{
    /// <summary>Whether the client may use the session. If it is the client of the last use, nothing is compared or allocated.</summary>
    public ValueTask<bool> AdmitsAsync(LiveSession session, ClientInfo client, CancellationToken cancel) =>
        options.Value.Binding is ClientBinding.Off || session.WasLastUsedBy(client) ? new(true) : new(CheckAsync(session, client, cancel));

    private async Task<bool> CheckAsync(LiveSession session, ClientInfo client, CancellationToken cancel)
    {
        var (user, id) = (session.Ticket.UserId, session.Ticket.SessionId);
        var enforced = options.Value.Binding is ClientBinding.Enforce;
        var last = session.LastClient;
        if (client.UserAgent != last.UserAgent && !ClientFingerprint.IsSameFamily(session.SignInAgent, client.UserAgent))
        {
            await suspicion.ClientChangedAsync(user, id, DeviceLabel.FromClient(null, session.SignInAgent), client, cancel);
            if (enforced)
            {
                // Two kinds of client use one key: it was copied. The session ends, and its owner must sign in again.
                await using var db = await contexts.CreateDbContextAsync(cancel);
                await new SessionDirectory(db, database, audit, feed, clock).EndAsync(user, id, EndReason.ClientChanged, client, cancel);
                return false;
            }
        }

        if (ClientFingerprint.IsSamePlace(last.Ip, client.Ip))
        {
            return true;
        }

        await suspicion.AddressChangedAsync(user, id, IpPrefix.Containing(last.Ip), client, cancel);
        return !enforced;
    }
}
