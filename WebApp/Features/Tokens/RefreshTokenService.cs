using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using WebApp.Features.Alerts;
using WebApp.Features.Lockout;
using WebApp.Features.Sessions;
using WebApp.Platform.Changes;
using WebApp.Platform.Data;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Mail;
using WebApp.Platform.Mail.Messages;
using WebApp.Platform.Startup;
using WebApp.Platform.Telemetry;
using WebApp.Platform.Text;
using static WebApp.Features.Tokens.RefreshResult;

namespace WebApp.Features.Tokens;

/// <summary>Exchanges a refresh token for new tokens. What only a suspicious one needs, a context of EF among it, is created for that one.</summary>
public sealed class RefreshTokenService(
    TokenCodec codec, SigningKeys keys, TokenWriter writer, PreparedDatabase database, IServiceScopeFactory scopes, IOptions<TokenOptions> options, TimeProvider clock)
{
    /// <summary>Rotates a refresh token. A token that was used moments ago gets the same successor again; one that was used long ago ends the session.</summary>
    public async Task<RefreshResult> RefreshAsync(string token, ClientInfo client, CancellationToken cancel)
    {
        var reading = codec.ReadRefresh(token);
        if (reading is RefreshTokenReading.Invalid { UnknownKey: true })
        {
            await keys.LookForUnknownKeyAsync(cancel);
            reading = codec.ReadRefresh(token);
        }

        var result = reading switch
        {
            RefreshTokenReading.Malformed => new Malformed(),
            RefreshTokenReading.Invalid => new Invalid(),
            RefreshTokenReading.Read read => await RefreshAsync(read, client, cancel),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
        Metrics.Token(MetricLabel(result));
        return result;
    }

    private async Task<RefreshResult> RefreshAsync(RefreshTokenReading.Read read, ClientInfo client, CancellationToken cancel)
    {
        var outcome = await RunAsync(read, client, options.Value.Binding is ClientBinding.Enforce, cancel);
        if (outcome.Verdict is RefreshVerdict.OtherAgent && ClientFingerprint.IsSameFamily(outcome.UserAgent, client.UserAgent))
        {
            // A newer version of the same client: checked again without the exact User-Agent.
            outcome = await RunAsync(read, client, bindsAgent: false, cancel);
        }

        switch (outcome.Verdict)
        {
            case RefreshVerdict.Rotated or RefreshVerdict.Repeated:
                if (options.Value.Binding is ClientBinding.Monitor && RefreshBinding.HasChanged(outcome, client))
                {
                    await WithAsync<RefreshBinding>(binding => binding.RaiseAlertsAsync(read.Claims, outcome, client, cancel));
                }

                return new Refreshed(writer.Write(outcome.Session!));
            case RefreshVerdict.Revoked:
                return new Revoked();
            case RefreshVerdict.Expired:
                return new Expired();
            case RefreshVerdict.OtherAgent:
                await WithAsync<RefreshBinding>(binding => binding.EndAsync(read.Claims, outcome, client, cancel));
                return new Revoked();
            case RefreshVerdict.OtherPlace:
                await WithAsync<RefreshBinding>(binding => binding.RaiseAddressAlertAsync(read.Claims, outcome, client, cancel));
                return new Elsewhere();
            case RefreshVerdict.Reused:
                await WithAsync<RefreshReuse>(reuse => reuse.EndAsync(read.Claims, client, cancel));
                return new Reused();
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private Task<RefreshOutcome> RunAsync(RefreshTokenReading.Read read, ClientInfo client, bool bindsAgent, CancellationToken cancel) => RefreshStatement.RunAsync(
        database, read.Claims, clock.GetUtcNow(), options.Value.RefreshGrace, client, bindsAgent, options.Value.Binding, cancel);

    private async Task WithAsync<TService>(Func<TService, Task> act)
        where TService : notnull
    {
        await using var scope = scopes.CreateAsyncScope();
        await act(scope.ServiceProvider.GetRequiredService<TService>());
    }

    private static string MetricLabel(RefreshResult result) => result switch
    {
        Refreshed => "refreshed",
        Revoked => "revoked",
        Expired => "expired",
        Reused => "reused",
        _ => "refused",
    };
}

/// <summary>The result of a refresh.</summary>
public abstract record RefreshResult
{
    private RefreshResult()
    {
    }

    /// <summary>New tokens; or, within the grace period, the same successor again.</summary>
    public sealed record Refreshed(IssuedTokens Tokens) : RefreshResult;

    /// <summary>Not in the form of a refresh token of this service.</summary>
    public sealed record Malformed : RefreshResult;

    /// <summary>Signature, key or kind is wrong.</summary>
    public sealed record Invalid : RefreshResult;

    /// <summary>Its session ended, or its user was closed or signed out everywhere.</summary>
    public sealed record Revoked : RefreshResult;

    /// <summary>
    /// Valid, but not from this network: <c>Tokens:Binding</c> is <c>Enforce</c> and the client's IP prefix is another. The session stays open for its own
    /// network.
    /// </summary>
    public sealed record Elsewhere : RefreshResult;

    /// <summary>It was unused for too long, or the session's absolute limit was reached.</summary>
    public sealed record Expired : RefreshResult;

    /// <summary>It was used long ago: somebody has a copy. The session is now revoked and its user notified.</summary>
    public sealed record Reused : RefreshResult;
}

/// <summary>Handles a used refresh token that is sent again: ends its session, records the event, and notifies the user.</summary>
public sealed class RefreshReuse(
    AppDbContext db, Suspicion suspicion, Outbox outbox, CredentialNotices notices, ChangeFeed feed, IOptions<AppOptions> app, TimeProvider clock)
{
    /// <summary>Ends the session, all or nothing. Of several concurrent replays, one does it and one mail is sent.</summary>
    public Task EndAsync(RefreshTokenClaims claims, ClientInfo client, CancellationToken cancel) =>
        db.RetryAsync(() => EndOnceAsync(claims, client, cancel));

    private async Task EndOnceAsync(RefreshTokenClaims claims, ClientInfo client, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        if (await AccountLock.TakeAsync(db, claims.Subject, cancel) is not { } user)
        {
            return;
        }

        var ended = await db.Sessions.Where(s => s.Id == claims.SessionId && s.RevokedAt == null).ExecuteUpdateAsync(
            set => set.SetProperty(s => s.RevokedAt, now).SetProperty(s => s.RevokedReason, EndReason.RefreshTokenReused), cancel);
        if (ended == 0)
        {
            return;
        }

        await suspicion.RefreshTokenReusedAsync(db, claims.Subject, claims.SessionId, client, cancel);
        var device = await db.Sessions.Where(s => s.Id == claims.SessionId).Select(s => new { s.DeviceName, s.UserAgent }).SingleAsync(cancel);
        using var language = Language.UseForOther(user.Language);
        var occasion = new Occasion(now, client.Ip, client.ShownDevice);
        var link = await notices.NewLinkAsync(db, user.Id, user.Email!, cancel);
        outbox.Add(db, user.Email!, SessionReusedMail.Compose(app.Value, DeviceLabel.Describe(device.DeviceName, device.UserAgent), occasion, link), SessionReusedMail.Kind);
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        feed.ApplyHere(Topics.SessionEnded, claims.SessionId.ToString());
    }
}

/// <summary>Detects that a refresh token comes from another client or network, and does what <c>Tokens:Binding</c> says.</summary>
public sealed class RefreshBinding(Suspicion suspicion, SessionDirectory sessions)
{
    /// <summary>Whether it is another kind of client, or another network.</summary>
    internal static bool HasChanged(RefreshOutcome outcome, ClientInfo client) =>
        !ClientFingerprint.IsSameFamily(outcome.UserAgent, client.UserAgent) || !ClientFingerprint.IsSamePlace(outcome.Ip, client.Ip);

    /// <summary>Raises an alert for each thing that has changed, after a successful refresh.</summary>
    internal async Task RaiseAlertsAsync(RefreshTokenClaims claims, RefreshOutcome outcome, ClientInfo client, CancellationToken cancel)
    {
        if (!ClientFingerprint.IsSameFamily(outcome.UserAgent, client.UserAgent))
        {
            await RaiseClientAlertAsync(claims, outcome, client, cancel);
        }

        if (!ClientFingerprint.IsSamePlace(outcome.Ip, client.Ip))
        {
            await RaiseAddressAlertAsync(claims, outcome, client, cancel);
        }
    }

    /// <summary>Another kind of client has the token: it was copied, and the session ends.</summary>
    internal async Task EndAsync(RefreshTokenClaims claims, RefreshOutcome outcome, ClientInfo client, CancellationToken cancel)
    {
        await RaiseClientAlertAsync(claims, outcome, client, cancel);
        await sessions.EndAsync(claims.Subject, claims.SessionId, EndReason.ClientChanged, client, cancel);
    }

    /// <summary>The token comes from another network and is refused there.</summary>
    internal Task RaiseAddressAlertAsync(RefreshTokenClaims claims, RefreshOutcome outcome, ClientInfo client, CancellationToken cancel) =>
        suspicion.AddressChangedAsync(claims.Subject, claims.SessionId, IpPrefix.Containing(outcome.Ip), client, cancel);

    private Task RaiseClientAlertAsync(RefreshTokenClaims claims, RefreshOutcome outcome, ClientInfo client, CancellationToken cancel) =>
        suspicion.ClientChangedAsync(claims.Subject, claims.SessionId, DeviceLabel.FromClient(null, outcome.UserAgent), client, cancel);
}
