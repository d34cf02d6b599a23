using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using WebApp.Platform.Startup;

namespace WebApp.Features.Tokens;

/// <summary>Values of <see cref="TokenOptions"/> that come from outside its section: the two top-level names, and the issuer.</summary>
internal sealed class TokenAliases(IConfiguration configuration, IOptions<AppOptions> app) : IPostConfigureOptions<TokenOptions>
{
    private const string ExpireMinutes = "ACCESS_TOKEN_EXPIRE_MINUTES";
    private const string SecretKey = "SECRET_KEY";

    /// <inheritdoc/>
    public void PostConfigure(string? name, TokenOptions options)
    {
        // An empty variable is how compose files say "not set".
        if (configuration[ExpireMinutes] is { Length: > 0 } minutes)
        {
            options.AccessTokenMinutes = int.TryParse(minutes, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
                ? number
                : throw Refusal($"{ExpireMinutes} must be a whole number of minutes, at least 1.");
        }

        // Last in the list, so that keys listed in the section sign and tokens made under SECRET_KEY before them still verify.
        if (configuration[SecretKey] is { Length: > 0 } secret)
        {
            options.SigningKeys.Add(new() { Id = KeyId(secret), Secret = secret, Source = SecretKey });
        }

        if (options.Issuer.Length == 0 && app.Value.BaseUrl is not null)
        {
            options.Issuer = app.Value.Link("");
        }
    }

    /// <summary>The same on every node and start; a MAC under the secret, so it tells nothing that a signature would not.</summary>
    private static string KeyId(string secret)
    {
        var mac = HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), "WebApp.Tokens key id"u8);
        return System.Buffers.Text.Base64Url.EncodeToString(mac.AsSpan(0, 12));
    }

    private static OptionsValidationException Refusal(string message) => new(Options.DefaultName, typeof(TokenOptions), [message]);
}
