using WebApp.Features.Sessions;
using WebApp.Platform.Http.Client;

namespace WebApp.Features.Tokens;

/// <summary>
/// Ends a token for whoever holds it (RFC 7009): the clients are our own and have no secret, so holding the token is what entitles.
/// Somebody who stole one can do no worse with it than give it back.
/// </summary>
public sealed class TokenRevocation(TokenCodec codec, SigningKeys keys, SessionDirectory sessions, ApiTokens apiTokens)
{
    /// <summary>
    /// An access or refresh token ends its session, and with it every token of the session; a refresh token does so when it was spent
    /// as well, for its client may have missed the answer. An API token ends alone. False: the token is good but of a kind that
    /// cannot be ended; what is dead or unknown counts as ended (RFC 7009 2.2).
    /// </summary>
    public async Task<bool> RevokeAsync(string token, ClientInfo client, CancellationToken cancel)
    {
        if (token.StartsWith(ApiTokenText.Prefix, StringComparison.Ordinal))
        {
            await apiTokens.RevokeHeldAsync(token, client, cancel);
            return true;
        }

        if (codec.ReadAccess(token) is AccessTokenReading.Invalid { UnknownKey: true } || codec.ReadRefresh(token) is RefreshTokenReading.Invalid { UnknownKey: true })
        {
            await keys.LookForUnknownKeyAsync(cancel);
        }

        var (user, session) = codec.ReadAccess(token) is AccessTokenReading.Read { Expired: false } access
            ? (access.Claims.Subject, access.Claims.SessionId)
            : codec.ReadRefresh(token) is RefreshTokenReading.Read { Expired: false } refresh
                ? (refresh.Claims.Subject, refresh.Claims.SessionId)
                : (Guid.Empty, (Guid?)Guid.Empty);
        if (session is null)
        {
            return false;
        }

        if (session != Guid.Empty)
        {
            await sessions.EndAsync(user, session.Value, EndReason.TokenRevoked, client, cancel);
        }

        return true;
    }
}
