using System.Text;
using Microsoft.Extensions.Options;

namespace WebApp.Features.Tokens;

/// <summary>Refuses values that would make weak or unreadable tokens, naming the configuration key and never its value.</summary>
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

    /// <summary>The HMAC key; its UTF-8 bytes are used as they are, at least 32 of them.</summary>
    public string Secret { get; set; } = "";

    /// <summary>The configuration key of the secret where it is not its place in the list; errors name it.</summary>
    internal string? Source { get; init; }

    /// <summary>Does not print the secret.</summary>
    public override string ToString() => $"configured key {Id}";
}
