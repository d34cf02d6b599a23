namespace WebApp.Features.Tokens;

/// <summary>What a refresh token says. The same claims always give the same token, byte for byte. Times are kept in whole seconds.</summary>
/// <param name="Subject"><c>sub</c>: the user.</param>
/// <param name="SessionId"><c>sid</c>: the session.</param>
/// <param name="Sequence"><c>seq</c>: its number in the session.</param>
/// <param name="IssuedAt"><c>iat</c> (UTC): the instant of the rotation. Decides the key.</param>
/// <param name="ExpiresAt"><c>exp</c> (UTC).</param>
public sealed record RefreshTokenClaims(Guid Subject, Guid SessionId, int Sequence, DateTimeOffset IssuedAt, DateTimeOffset ExpiresAt);

/// <summary>What a refresh token turned out to be. Whether it is the good one of its session is not known here.</summary>
public abstract record RefreshTokenReading
{
    private RefreshTokenReading()
    {
    }

    /// <summary>Not a token of ours in form.</summary>
    public sealed record Malformed : RefreshTokenReading
    {
        internal static readonly Malformed Instance = new();
    }

    /// <summary>Signature, key, issuer, audience or kind is wrong, or it comes from the future.</summary>
    /// <param name="UnknownKey">It names a key this node does not know: see <see cref="SigningKeys.LookForUnknownKeyAsync"/>.</param>
    public sealed record Invalid(bool UnknownKey) : RefreshTokenReading
    {
        internal static readonly Invalid Instance = new(false);
        internal static readonly Invalid WithUnknownKey = new(true);
    }

    /// <summary>Ours. Whether it was used before, the session knows.</summary>
    /// <param name="Claims">What it says.</param>
    /// <param name="Expired">Whether it ran out, skew allowed for.</param>
    public sealed record Read(RefreshTokenClaims Claims, bool Expired) : RefreshTokenReading;
}
