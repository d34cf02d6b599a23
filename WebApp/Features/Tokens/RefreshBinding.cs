using Microsoft.Extensions.Options;
using WebApp.Features.Alerts;
using WebApp.Features.Sessions;
using WebApp.Platform.Http.Client;

namespace WebApp.Features.Tokens;

/// <summary>Notices when a refresh token comes from another client, or elsewhere, and does what <c>Tokens:Binding</c> says.</summary>
public sealed class RefreshBinding(Suspicion suspicion, SessionDirectory sessions, IOptions<TokenOptions> options)
{
    /// <summary>Whether a changed client is refused.</summary>
    internal bool IsEnforced => options.Value.Binding is ClientBinding.Enforce;

    /// <summary>After a refresh that went through: tells of a change where that is all it comes to.</summary>
    internal async Task WatchAsync(RefreshTokenClaims claims, RefreshOutcome outcome, ClientInfo client, CancellationToken cancel)
    {
        if (options.Value.Binding is not ClientBinding.Monitor)
        {
            return;
        }

        if (!ClientFingerprint.IsSameFamily(outcome.UserAgent, client.UserAgent))
        {
            await TellClientAsync(claims, outcome, client, cancel);
        }

        if (!ClientFingerprint.IsSamePlace(outcome.Ip, client.Ip))
        {
            await TellAddressAsync(claims, outcome, client, cancel);
        }
    }

    /// <summary>Another kind of client has the token: it was copied, and the session ends.</summary>
    internal async Task EndAsync(RefreshTokenClaims claims, RefreshOutcome outcome, ClientInfo client, CancellationToken cancel)
    {
        await TellClientAsync(claims, outcome, client, cancel);
        await sessions.EndAsync(claims.Subject, claims.SessionId, EndReason.ClientChanged, client, cancel);
    }

    /// <summary>The token comes from another place: refused there.</summary>
    internal Task TellAddressAsync(RefreshTokenClaims claims, RefreshOutcome outcome, ClientInfo client, CancellationToken cancel) =>
        suspicion.AddressChangedAsync(claims.Subject, claims.SessionId, IpPrefix.Of(outcome.Ip), client, cancel);

    private Task TellClientAsync(RefreshTokenClaims claims, RefreshOutcome outcome, ClientInfo client, CancellationToken cancel) =>
        suspicion.ClientChangedAsync(claims.Subject, claims.SessionId, DeviceLabel.Of(null, outcome.UserAgent), client, cancel);
}
