using Microsoft.Extensions.Options;
using Npgsql;
using WebApp.Hosting;
using static WebApp.Tokens.RefreshResult;

namespace WebApp.Tokens;

/// <summary>Trades a refresh token for new tokens.</summary>
public sealed class Refreshing(
    TokenCodec codec, SigningKeys keys, TokenIssuer issuer, RefreshReuse reuse, NpgsqlDataSource database, IOptions<TokenOptions> options, TimeProvider clock)
{
    /// <summary>Rotates. A token spent moments ago gets the same successor again; one spent long ago ends the session.</summary>
    public async Task<RefreshResult> RefreshAsync(string token, ClientInfo client, CancellationToken cancel)
    {
        var reading = codec.ReadRefresh(token);
        if (reading is RefreshTokenReading.Invalid { UnknownKey: true })
        {
            await keys.LookForUnknownKeyAsync(cancel);
            reading = codec.ReadRefresh(token);
        }

        return reading switch
        {
            RefreshTokenReading.Malformed => new Malformed(),
            RefreshTokenReading.Invalid => new Invalid(),
            RefreshTokenReading.Read read => await RefreshAsync(read, client, cancel),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    private async Task<RefreshResult> RefreshAsync(RefreshTokenReading.Read read, ClientInfo client, CancellationToken cancel)
    {
        var (verdict, session) = await RefreshStatement.RunAsync(
            database, read.Claims, clock.GetUtcNow(), options.Value.RefreshGrace, client.Ip, cancel);
        switch (verdict)
        {
            case "rotated" or "repeated":
                return new Refreshed(issuer.Write(session!));
            case "revoked":
                return new Revoked();
            case "expired":
                return new Expired();
            default:
                await reuse.EndAsync(read.Claims, client, cancel);
                return new Reused();
        }
    }
}
