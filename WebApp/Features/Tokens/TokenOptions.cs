using WebApp.Platform.Http.Client;

namespace WebApp.Features.Tokens;

/// <summary>Lifetimes, parties and keys of the tokens: section <c>Tokens</c>.</summary>
public sealed class TokenOptions
{
    /// <summary>The longest life that <see cref="AccessTokenMinutes"/> may give: what nodes of any configuration reckon with.</summary>
    public static readonly TimeSpan MaxAccessTokenLifetime = TimeSpan.FromDays(1);

    /// <summary>The most that <see cref="ClockSkewSeconds"/> may allow.</summary>
    public static readonly TimeSpan MaxClockSkew = TimeSpan.FromMinutes(5);

    /// <summary>How long an access token is good. <c>ACCESS_TOKEN_EXPIRE_MINUTES</c>, where set, goes before it.</summary>
    public int AccessTokenMinutes { get; set; } = 15;

    /// <summary>How long a refresh token may lie unused.</summary>
    public int RefreshTokenDays { get; set; } = 7;

    /// <summary>How long an API session lasts, however often it is refreshed.</summary>
    public int SessionDays { get; set; } = 30;

    /// <summary>For how long the refresh token just rotated gets its successor again; 0 is never.</summary>
    public int RefreshGraceSeconds { get; set; } = 10;

    /// <summary>The <c>iss</c> written and required; <c>App:BaseUrl</c> without its last slash where it is not set.</summary>
    public string Issuer { get; set; } = "";

    /// <summary>The <c>aud</c> written and required.</summary>
    public string Audience { get; set; } = "webapp";

    /// <summary>By how much the clocks of two nodes may differ.</summary>
    public int ClockSkewSeconds { get; set; } = 30;

    /// <summary>Days a managed key signs before the next takes over.</summary>
    public int KeyRotationDays { get; set; } = 30;

    /// <summary>Configured keys: the first signs, all verify. Keys are managed where there are none.</summary>
    public IList<ConfiguredKey> SigningKeys { get; } = [];

    /// <summary>What a changed client means for a refresh.</summary>
    public ClientBinding Binding { get; set; } = ClientBinding.Monitor;

    /// <summary><see cref="AccessTokenMinutes"/>.</summary>
    public TimeSpan AccessTokenLifetime => TimeSpan.FromMinutes(AccessTokenMinutes);

    /// <summary><see cref="RefreshTokenDays"/>.</summary>
    public TimeSpan RefreshTokenLifetime => TimeSpan.FromDays(RefreshTokenDays);

    /// <summary><see cref="SessionDays"/>.</summary>
    public TimeSpan SessionLifetime => TimeSpan.FromDays(SessionDays);

    /// <summary><see cref="RefreshGraceSeconds"/>.</summary>
    public TimeSpan RefreshGrace => TimeSpan.FromSeconds(RefreshGraceSeconds);

    /// <summary><see cref="ClockSkewSeconds"/>.</summary>
    public TimeSpan ClockSkew => TimeSpan.FromSeconds(ClockSkewSeconds);
}
