using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using OpenIddict.Abstractions;
using OpenIddict.Core;
using WebApp.Features.SignIn;

namespace WebApp.Features.Applications;

/// <summary>
/// The provider's clients. Their secrets are random and have 256 bits, so that one SHA-256 protects them, at the cost of no request; a slow hash is for
/// passwords that people choose. A client may have two, so that a new one can be put in place before the old one is removed.
/// </summary>
public sealed class RegisteredApplications(
    IOpenIddictApplicationCache<Application> cache, ILogger<OpenIddictApplicationManager<Application>> logger, IOptionsMonitor<OpenIddictCoreOptions> options, IOpenIddictApplicationStore<Application> store)
    : OpenIddictApplicationManager<Application>(cache, logger, options, store)
{
    private const int SecretBytes = 32;
    private const char Between = ' ';

    /// <summary>A new secret: 43 characters base64url.</summary>
    public static string NewSecret() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes));

    /// <summary>What the column has after a secret is added: its hash, and that of the secret before.</summary>
    public static string WithSecret(string? stored, string secret) =>
        stored?.Split(Between) is [{ Length: > 0 } last, ..] ? $"{Hash(secret)}{Between}{last}" : Hash(secret);

    /// <summary>What the column has after the older secret is removed.</summary>
    public static string? WithoutOlder(string? stored) => stored?.Split(Between)[0];

    /// <summary>How many secrets a column has.</summary>
    public static int Count(string? stored) => stored?.Split(Between, StringSplitOptions.RemoveEmptyEntries).Length ?? 0;

    /// <inheritdoc/>
    protected override ValueTask<string> ObfuscateClientSecretAsync(string secret, CancellationToken cancellationToken = default) => new(Hash(secret));

    /// <inheritdoc/>
    protected override ValueTask<bool> ValidateClientSecretAsync(string secret, string comparand, CancellationToken cancellationToken = default) => new(IsSecret(secret, comparand));

    /// <summary>Whether a column has the hash of this secret.</summary>
    public static bool IsSecret(string secret, string stored)
    {
        var hash = Encoding.ASCII.GetBytes(Hash(secret));
        var right = false;
        foreach (var one in stored.Split(Between))
        {
            right |= CryptographicOperations.FixedTimeEquals(hash, Encoding.ASCII.GetBytes(one));
        }

        return right;
    }

    private static string Hash(string secret) => Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));
}

/// <summary>An application that sent a browser here to sign in.</summary>
internal sealed class ApplicationDestination(RegisteredApplications applications) : ISignInDestination
{
    public async ValueTask<string?> NameAsync(string path, IQueryCollection query, CancellationToken cancel) =>
        path == ApplicationPaths.Continue && query[OpenIddictConstants.Parameters.ClientId].ToString() is { Length: > 0 } id
            ? (await applications.FindByClientIdAsync(id, cancel))?.DisplayName
            : null;
}
