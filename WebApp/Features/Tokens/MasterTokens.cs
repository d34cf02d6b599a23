using System.Buffers.Binary;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using WebApp.Platform.Http;
using WebApp.Platform.Time;
using WebApp.Platform.Users;

namespace WebApp.Features.Tokens;

/// <summary>
/// Access tokens of the master password. They have no session and no refresh token. Their <c>ver</c> is derived from the stored hash, so a node with
/// another hash, or none, does not accept the old ones any more.
/// </summary>
public sealed class MasterTokens(TokenCodec codec, IOptions<MasterPasswordOptions> master, IOptions<TokenOptions> options, TimeProvider clock)
{
    /// <summary>The authentication method (RFC 8176).</summary>
    public const string Amr = "pwd";

    private readonly int? version = VersionOf(master.Value.MasterPasswordHash);

    /// <summary>Whether a master password is configured.</summary>
    public bool IsOn => version is not null;

    /// <summary>A token for a client that has just given the master password.</summary>
    public IssuedTokens Issue()
    {
        var now = clock.GetUtcNow();
        var access = codec.WriteAccess(new()
        {
            Subject = MasterAdministrator.Id,
            SessionId = null,
            TokenId = Guid.CreateVersion7(),
            IssuedAt = now,
            ExpiresAt = now + options.Value.AccessTokenLifetime,
            AuthenticatedAt = now,
            Amr = [Amr],
            Roles = MasterAdministrator.Snapshot.Roles,
            Scope = string.Join(' ', Permission.Names),
            Version = version ?? throw new InvalidOperationException("There is no master password."),
        });
        return new(access, WholeSeconds.RoundUp(options.Value.AccessTokenLifetime), null, null, null);
    }

    /// <summary>Whether a token of its subject is valid, apart from its expiry.</summary>
    internal bool Covers(AccessTokenClaims claims) => claims.Version == version && claims.SessionId is null;

    // 31 bits, because ver is a count elsewhere. They reveal nothing about the password: the hash has a salt of 128 bits.
    private static int? VersionOf(string? hash) =>
        string.IsNullOrEmpty(hash) ? null : BinaryPrimitives.ReadInt32BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"master password {hash}"))) & int.MaxValue;
}

/// <summary>The master password, if any: section <c>Admin</c>. The text form hides it.</summary>
public sealed class MasterPasswordOptions
{
    /// <summary>Its hash, in the same format as stored passwords; null or empty: no master password.</summary>
    public string? MasterPasswordHash { get; set; }

    /// <summary>Addresses and networks, separated by commas, whose guesses are counted separately from those of unknown networks.</summary>
    public string? TrustedNetworks { get; set; }

    /// <summary>The parsed networks; null for an invalid entry.</summary>
    public IEnumerable<IPNetwork?> Networks =>
        (TrustedNetworks ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(RequestRange.Network);

    /// <inheritdoc/>
    public override string ToString() => "MasterPasswordOptions(…)";
}
