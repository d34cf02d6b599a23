namespace WebApp.Features.Tokens;

/// <summary>What an access token turned out to be. Whether it was revoked is not known here.</summary>
public abstract record AccessTokenReading
{
    private AccessTokenReading()
    {
    }

    /// <summary>Not a token of ours in form.</summary>
    public sealed record Malformed : AccessTokenReading
    {
        internal static readonly Malformed Instance = new();
    }

    /// <summary>Signature, key, issuer, audience or kind is wrong, or it comes from the future.</summary>
    /// <param name="UnknownKey">It names a key this node has not heard of: see <see cref="SigningKeys.LookForUnknownKeyAsync"/>.</param>
    public sealed record Invalid(bool UnknownKey) : AccessTokenReading
    {
        internal static readonly Invalid Instance = new(false);
        internal static readonly Invalid WithUnknownKey = new(true);
    }

    /// <summary>Ours. Ask for revocation before looking at <paramref name="Expired"/>: "revoked" is reported first.</summary>
    /// <param name="Claims">What it says.</param>
    /// <param name="Expired">Whether it ran out, skew allowed for.</param>
    public sealed record Read(AccessTokenClaims Claims, bool Expired) : AccessTokenReading;
}
