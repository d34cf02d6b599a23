using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using WebApp.Features.Alerts;
using WebApp.Features.Audit;
using WebApp.Features.Sessions;
using WebApp.Platform.Data;
using WebApp.Platform.Data.Encryption;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Telemetry;
using WebApp.Platform.Text;
using WebApp.Platform.Time;

namespace WebApp.Features.Tokens;

/// <summary>Creates sessions for API clients and issues their tokens.</summary>
public sealed class TokenIssuer(
    AppDbContext db, TokenWriter writer, SessionLimit limit, ClientHistory familiarity, KnownDevices devices, Suspicion suspicion, AuditTrail audit,
    IOptions<TokenOptions> options, TimeProvider clock)
{
    private const int MaxDeviceNameLength = 100;

    /// <summary>
    /// Creates a session for a user who was authenticated now, or at <paramref name="authenticatedAt"/> (UTC), and notifies its owner if this kind of
    /// client is new to the account. A client that signs in by itself, <paramref name="shown"/>, becomes a known device. Returns null, and changes nothing,
    /// if something revoked the authentication before.
    /// </summary>
    public Task<IssuedTokens?> OpenAsync(
        AccountProof proof, string[] amr, DateTimeOffset? authenticatedAt, string? deviceName, ClientInfo client, CancellationToken cancel, ShownClient? shown = null) =>
        db.RetryAsync(() => OpenOnceAsync(proof, amr, authenticatedAt, deviceName, client, cancel, shown));

    private async Task<IssuedTokens?> OpenOnceAsync(
        AccountProof proof, string[] amr, DateTimeOffset? authenticatedAt, string? deviceName, ClientInfo client, CancellationToken cancel, ShownClient? shown = null)
    {
        await using var transaction = await db.BeginAsync(cancel);
        if (await AccountLock.AdmitAsync(db, proof, clock.GetUtcNow(), cancel) is not { } user)
        {
            return null;
        }

        var tokens = await AddAsync(user, amr, authenticatedAt, deviceName, client, cancel, shown);
        await transaction.CommitAsync(cancel);
        return tokens;
    }

    /// <summary>The same for a user that <see cref="AccountLock"/> has just admitted, in the caller's transaction, which the caller commits.</summary>
    public async Task<IssuedTokens> AddAsync(
        User user, string[] amr, DateTimeOffset? authenticatedAt, string? deviceName, ClientInfo client, CancellationToken cancel, ShownClient? shown = null)
    {
        var now = clock.GetUtcNow();
        var session = new Session
        {
            UserId = user.Id,
            Kind = SessionKind.Api,
            IdleLimit = options.Value.RefreshTokenLifetime,
            DeviceName = OneLine.Clean(deviceName, MaxDeviceNameLength),
            UserAgent = client.UserAgent,
            Ip = client.Ip,
            Amr = amr,
            CreatedAt = now,
            AuthenticatedAt = authenticatedAt ?? now,
            LastSeenAt = now,
            ExpiresAt = now + options.Value.SessionLifetime,
            TokenVersion = user.TokenVersion,
            RefreshSeq = 1,
            RefreshRotatedAt = now,
            RefreshIp = client.Ip,
        };
        (RowKey Token, bool IsNew)? device = shown is null ? null : await devices.NoteClientAsync(shown, session.DeviceName, user.Id, client, cancel);
        if (device is not { IsNew: false } && !await familiarity.KnowsClientAsync(user.Id, session.DeviceName, session.UserAgent, cancel) && !await familiarity.IsFirstSignInAsync(user, cancel))
        {
            await suspicion.NewDeviceAsync(db, user, client, cancel);
        }

        Metrics.Token("issued");
        await limit.MakeRoomAsync(db, user.Id, SessionKind.Api, client, cancel);
        db.Sessions.Add(session);
        audit.Add(db, SecurityEventKind.SignedIn, client, user.Id, session.Id, $"api {string.Join('+', amr)}");
        await db.SaveChangesAsync(cancel);
        return writer.Write(await DescribeAsync(session, cancel)) with { DeviceToken = device?.Token.Reveal() };
    }

    /// <summary>A new access token for a session that the user has just renewed. Its refresh token does not change. The claims come from the session.</summary>
    /// <exception cref="SessionEndedException">The session has ended meanwhile.</exception>
    public async Task<IssuedTokens> RenewAsync(Guid userId, Guid sessionId, CancellationToken cancel)
    {
        await using var transaction = await db.BeginAsync(cancel);
        await AccountLock.RequireSessionAsync(db, userId, sessionId, clock.GetUtcNow(), cancel);
        var session = await db.Sessions.AsNoTracking().SingleAsync(s => s.Id == sessionId, cancel);
        return writer.Write(await DescribeAsync(session, cancel)) with { RefreshToken = null, RefreshExpiresIn = null };
    }

    private async Task<TokenSession> DescribeAsync(Session session, CancellationToken cancel)
    {
        var roles = await db.UserRoles.Where(ur => ur.UserId == session.UserId)
            .Join(db.Roles, ur => ur.RoleId, r => r.Id, (_, r) => r.Name!).Order().ToArrayAsync(cancel);
        var rotatedAt = session.RefreshRotatedAt ?? session.CreatedAt;
        return new(
            session.Id, session.UserId, session.RefreshSeq, rotatedAt, session.EndsUnused, session.AuthenticatedAt, session.Amr, session.TokenVersion, roles);
    }
}

/// <summary>Writes the tokens of a session. Needs no database.</summary>
public sealed class TokenWriter(TokenCodec codec, IOptions<TokenOptions> options, TimeProvider clock)
{
    /// <summary>Creates both tokens. The refresh token depends only on the session: the same row gives the same bytes.</summary>
    internal IssuedTokens Write(TokenSession session)
    {
        var now = clock.GetUtcNow();
        var access = codec.WriteAccess(new()
        {
            Subject = session.UserId,
            SessionId = session.SessionId,
            TokenId = Guid.CreateVersion7(),
            IssuedAt = now,
            ExpiresAt = now + options.Value.AccessTokenLifetime,
            AuthenticatedAt = session.AuthenticatedAt,
            Amr = session.Amr,
            Roles = session.Roles,
            Version = session.Version,
        });
        var refresh = codec.WriteRefresh(new(
            session.UserId, session.SessionId, session.Sequence, session.RotatedAt, session.RefreshExpiresAt));
        return new(
            access,
            WholeSeconds.RoundUp(options.Value.AccessTokenLifetime),
            refresh,
            WholeSeconds.RoundUp(session.RefreshExpiresAt - now),
            session.SessionId);
    }
}

/// <summary>The tokens that a client gets. The text form hides them.</summary>
/// <param name="AccessToken">Valid for <paramref name="ExpiresIn"/>.</param>
/// <param name="ExpiresIn">Seconds.</param>
/// <param name="RefreshToken">Valid once, for <paramref name="RefreshExpiresIn"/>; null if the client keeps its current one.</param>
/// <param name="RefreshExpiresIn">Seconds.</param>
/// <param name="SessionId">The session of both tokens; null for a token without one.</param>
public sealed record IssuedTokens(string AccessToken, int ExpiresIn, string? RefreshToken, int? RefreshExpiresIn, Guid? SessionId)
{
    /// <summary>Identifies the client at its next sign-in; null if it did not sign in by itself.</summary>
    public string? DeviceToken { get; init; }

    /// <summary>Hides the tokens.</summary>
    public override string ToString() => $"IssuedTokens({SessionId}, …)";
}

/// <summary>The data of tokens: the session's row and its user, at one time.</summary>
/// <param name="SessionId"><c>sid</c>.</param>
/// <param name="UserId"><c>sub</c>.</param>
/// <param name="Sequence">The number of the current refresh token.</param>
/// <param name="RotatedAt">When that token was issued (UTC).</param>
/// <param name="RefreshExpiresAt">When it expires (UTC): at the idle or the absolute limit, whichever comes first.</param>
/// <param name="AuthenticatedAt"><c>auth_time</c> (UTC).</param>
/// <param name="Amr">How the user was authenticated.</param>
/// <param name="Version">The session's own token version, never a later one of the user.</param>
/// <param name="Roles">The user's current roles.</param>
internal sealed record TokenSession(
    Guid SessionId,
    Guid UserId,
    int Sequence,
    DateTimeOffset RotatedAt,
    DateTimeOffset RefreshExpiresAt,
    DateTimeOffset AuthenticatedAt,
    string[] Amr,
    int Version,
    string[] Roles);
