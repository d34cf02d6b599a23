using Microsoft.Extensions.Options;
using WebApp.Platform.Data;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Telemetry;
using static WebApp.Features.Tokens.RefreshResult;

namespace WebApp.Features.Tokens;

/// <summary>Trades a refresh token for new tokens.</summary>
public sealed class RefreshTokenService(
    TokenCodec codec, SigningKeys keys, TokenIssuer issuer, RefreshReuse reuse, RefreshBinding binding, PreparedDatabase database, IOptions<TokenOptions> options, TimeProvider clock)
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

        var result = reading switch
        {
            RefreshTokenReading.Malformed => new Malformed(),
            RefreshTokenReading.Invalid => new Invalid(),
            RefreshTokenReading.Read read => await RefreshAsync(read, client, cancel),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
        Metrics.Token(Word(result));
        return result;
    }

    private async Task<RefreshResult> RefreshAsync(RefreshTokenReading.Read read, ClientInfo client, CancellationToken cancel)
    {
        var outcome = await RunAsync(read, client, binding.IsEnforced, cancel);
        if (outcome.Verdict is RefreshVerdict.OtherAgent && ClientFingerprint.IsSameFamily(outcome.UserAgent, client.UserAgent))
        {
            // A newer version of the same client: checked again without its letter.
            outcome = await RunAsync(read, client, bindsAgent: false, cancel);
        }

        switch (outcome.Verdict)
        {
            case RefreshVerdict.Rotated or RefreshVerdict.Repeated:
                await binding.WatchAsync(read.Claims, outcome, client, cancel);
                return new Refreshed(issuer.Write(outcome.Session!));
            case RefreshVerdict.Revoked:
                return new Revoked();
            case RefreshVerdict.Expired:
                return new Expired();
            case RefreshVerdict.OtherAgent:
                await binding.EndAsync(read.Claims, outcome, client, cancel);
                return new Revoked();
            case RefreshVerdict.OtherPlace:
                await binding.TellAddressAsync(read.Claims, outcome, client, cancel);
                return new Elsewhere();
            case RefreshVerdict.Reused:
                await reuse.EndAsync(read.Claims, client, cancel);
                return new Reused();
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private Task<RefreshOutcome> RunAsync(RefreshTokenReading.Read read, ClientInfo client, bool bindsAgent, CancellationToken cancel) => RefreshStatement.RunAsync(
        database, read.Claims, clock.GetUtcNow(), options.Value.RefreshGrace, client, bindsAgent, binding.IsEnforced, cancel);

    private static string Word(RefreshResult result) => result switch
    {
        Refreshed => "refreshed",
        Revoked => "revoked",
        Expired => "expired",
        Reused => "reused",
        _ => "refused",
    };
}

/// <summary>What became of a refresh.</summary>
public abstract record RefreshResult
{
    private RefreshResult()
    {
    }

    /// <summary>New tokens; or, within the grace period, the same successor again.</summary>
    public sealed record Refreshed(IssuedTokens Tokens) : RefreshResult;

    /// <summary>Not a refresh token of ours in form.</summary>
    public sealed record Malformed : RefreshResult;

    /// <summary>Signature, key or kind is wrong.</summary>
    public sealed record Invalid : RefreshResult;

    /// <summary>Its session ended, or its user was closed or signed out everywhere.</summary>
    public sealed record Revoked : RefreshResult;

    /// <summary>Good, but not here: <c>Tokens:Binding</c> is <c>Enforce</c> and the client's IP prefix is another. The session lives on where it was.</summary>
    public sealed record Elsewhere : RefreshResult;

    /// <summary>Unused for too long, or the session's absolute limit has come.</summary>
    public sealed record Expired : RefreshResult;

    /// <summary>It was spent long ago: somebody has a copy. The session is now revoked and its user told.</summary>
    public sealed record Reused : RefreshResult;
}
