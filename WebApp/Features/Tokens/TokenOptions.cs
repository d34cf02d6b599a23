using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Startup;

namespace WebApp.Features.Tokens;

/// <summary>Lifetimes, issuer, audience and keys of the tokens: section <c>Tokens</c>.</summary>
public sealed class TokenOptions
{
    /// <summary>The maximum of <see cref="AccessTokenMinutes"/>: all nodes use it in calculations, whatever their configuration.</summary>
    public static readonly TimeSpan MaxAccessTokenLifetime = TimeSpan.FromDays(1);

    /// <summary>The maximum of <see cref="ClockSkewSeconds"/>.</summary>
    public static readonly TimeSpan MaxClockSkew = TimeSpan.FromMinutes(5);

    /// <summary>How long an access token is valid. <c>ACCESS_TOKEN_EXPIRE_MINUTES</c>, if set, takes precedence.</summary>
    public int AccessTokenMinutes { get; set; } = 15;

    /// <summary>How long a refresh token may be unused.</summary>
    public int RefreshTokenDays { get; set; } = 7;

    /// <summary>How long an API session lasts, however often it is refreshed.</summary>
    public int SessionDays { get; set; } = 30;

    /// <summary>How long a refresh token that was just rotated gets the same successor again; 0: never.</summary>
    public int RefreshGraceSeconds { get; set; } = 10;

    /// <summary>The <c>iss</c> that is written and required; if not set, <c>App:BaseUrl</c> without a trailing slash.</summary>
    public string Issuer { get; set; } = "";

    /// <summary>The <c>aud</c> that is written and required.</summary>
    public string Audience { get; set; } = "webapp";

    /// <summary>The maximum difference between the clocks of two nodes.</summary>
    public int ClockSkewSeconds { get; set; } = 30;

    /// <summary>How many days a managed key signs before the next one replaces it.</summary>
    public int KeyRotationDays { get; set; } = 30;

    /// <summary>Configured keys: the first signs, all verify. If empty, keys are managed.</summary>
    public IList<ConfiguredKey> SigningKeys { get; } = [];

    /// <summary>What happens at a refresh if the client has changed.</summary>
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

/// <summary>Refuses values that would give weak or unreadable tokens. Messages contain the configuration key and never its value.</summary>
internal sealed class TokenOptionsValidator : IValidateOptions<TokenOptions>
{
    /// <summary>RFC 7518 section 3.2: a key for HS256 is at least as long as its hash.</summary>
    private const int MinSecretBytes = 32;

    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, TokenOptions options)
    {
        List<string> failures =
        [
            .. Between(nameof(options.AccessTokenMinutes), options.AccessTokenMinutes, 1, (int)TokenOptions.MaxAccessTokenLifetime.TotalMinutes),
            .. Between(nameof(options.RefreshTokenDays), options.RefreshTokenDays, 1, 365),
            .. Between(nameof(options.SessionDays), options.SessionDays, 1, 3650),
            .. Between(nameof(options.RefreshGraceSeconds), options.RefreshGraceSeconds, 0, 300),
            .. Between(nameof(options.ClockSkewSeconds), options.ClockSkewSeconds, 0, (int)TokenOptions.MaxClockSkew.TotalSeconds),
            .. Between(nameof(options.KeyRotationDays), options.KeyRotationDays, 1, 3650),
            .. Text(nameof(options.Issuer), options.Issuer),
            .. Text(nameof(options.Audience), options.Audience),
        ];
        if (!Enum.IsDefined(options.Binding))
        {
            failures.Add("Tokens:Binding must be Off, Monitor or Enforce.");
        }

        for (var n = 0; n < options.SigningKeys.Count; n++)
        {
            failures.AddRange(Key(options.SigningKeys, n));
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private static IEnumerable<string> Between(string key, int value, int least, int most)
    {
        if (value < least || value > most)
        {
            yield return $"Tokens:{key} must be between {least} and {most}.";
        }
    }

    private static IEnumerable<string> Text(string key, string value)
    {
        if (string.IsNullOrWhiteSpace(value) || value.Length > 500)
        {
            yield return $"Tokens:{key} must be set, to at most 500 characters.";
        }
    }

    private static IEnumerable<string> Key(IList<ConfiguredKey> keys, int n)
    {
        var (key, place) = (keys[n], $"Tokens:SigningKeys:{n}");
        if (!SigningKey.IsKeyId(key.Id))
        {
            yield return $"{place}:Id must be 1 to 64 letters, digits, '.', '_' or '-'.";
        }
        else if (keys.Take(n).Any(earlier => earlier.Id == key.Id))
        {
            yield return $"{key.Source ?? place + ":Id"} must differ from the keys before it.";
        }

        if (Encoding.UTF8.GetByteCount(key.Secret) < MinSecretBytes)
        {
            yield return $"{key.Source ?? place + ":Secret"} must be at least {MinSecretBytes} bytes long.";
        }
    }
}

/// <summary>A signing key from the configuration: <c>Tokens:SigningKeys:n</c>, or <c>SECRET_KEY</c>.</summary>
public sealed class ConfiguredKey
{
    /// <summary>The <c>kid</c>: 1 to 64 characters of letters, digits, <c>.</c>, <c>_</c> and <c>-</c>.</summary>
    public string Id { get; set; } = "";

    /// <summary>The HMAC key: its UTF-8 bytes, at least 32.</summary>
    public string Secret { get; set; } = "";

    /// <summary>The configuration key of the secret, if it is not from the list; used in error messages.</summary>
    internal string? Source { get; init; }

    /// <summary>Hides the secret.</summary>
    public override string ToString() => $"configured key {Id}";
}

/// <summary>Sets the values of <see cref="TokenOptions"/> from outside its section: the two top-level names, and the issuer.</summary>
internal sealed class TokenAliases(IConfiguration configuration, IOptions<AppOptions> app) : IPostConfigureOptions<TokenOptions>
{
    private const string ExpireMinutes = "ACCESS_TOKEN_EXPIRE_MINUTES";
    private const string SecretKey = "SECRET_KEY";

    /// <inheritdoc/>
    public void PostConfigure(string? name, TokenOptions options)
    {
        // Compose files write an empty variable for "not set".
        if (configuration[ExpireMinutes] is { Length: > 0 } minutes)
        {
            options.AccessTokenMinutes = int.TryParse(minutes, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
                ? number
                : throw Refusal($"{ExpireMinutes} must be a whole number of minutes, at least 1.");
        }

        // Last in the list, so that keys from the section sign, and earlier tokens of SECRET_KEY still verify.
        if (configuration[SecretKey] is { Length: > 0 } secret)
        {
            options.SigningKeys.Add(new() { Id = KeyId(secret), Secret = secret, Source = SecretKey });
        }

        if (options.Issuer.Length == 0 && app.Value.BaseUrl is not null)
        {
            options.Issuer = app.Value.Link("");
        }
    }

    /// <summary>The same on every node and start; a MAC with the secret, so it reveals no more than a signature would.</summary>
    private static string KeyId(string secret)
    {
        var mac = HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), "WebApp.Tokens key id"u8);
        return System.Buffers.Text.Base64Url.EncodeToString(mac.AsSpan(0, 12));
    }

    private static OptionsValidationException Refusal(string message) => new(Options.DefaultName, typeof(TokenOptions), [message]);
}
