namespace WebApp.Features.Tokens;

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
