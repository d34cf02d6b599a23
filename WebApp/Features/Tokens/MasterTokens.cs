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
/// Access tokens of the master password. They have no session and no refresh token. Their <c>ver</c> follows from the stored hash, so a
/// node that was given another hash, or none, takes the old ones no longer.
/// </summary>
public sealed class MasterTokens(TokenCodec codec, IOptions<MasterPasswordOptions> master, IOptions<TokenOptions> options, TimeProvider clock)
{
    /// <summary>How it was shown who is there (RFC 8176).</summary>
    public const string Amr = "pwd";

    private readonly int? version = VersionOf(master.Value.MasterPasswordHash);

    /// <summary>Whether there is a master password.</summary>
    public bool IsOn => version is not null;

    /// <summary>A token for whoever has just shown it.</summary>
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

    /// <summary>Whether a token of its subject is still good, its time aside.</summary>
    internal bool Covers(AccessTokenClaims claims) => claims.Version == version && claims.SessionId is null;

    // 31 bits, because ver is a count elsewhere. They tell nothing of the password: the hash has a salt of 128 bits.
    private static int? VersionOf(string? hash) =>
        string.IsNullOrEmpty(hash) ? null : BinaryPrimitives.ReadInt32BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"master password {hash}"))) & int.MaxValue;
}

/// <summary>The master password, where there is one: section <c>Admin</c>. Refuses to print.</summary>
public sealed class MasterPasswordOptions
{
    /// <summary>Its hash in the form passwords are stored in; null or empty: there is none.</summary>
    public string? MasterPasswordHash { get; set; }

    /// <summary>Addresses and networks, separated by commas, whose guesses are not counted together with those of strangers.</summary>
    public string? TrustedNetworks { get; set; }

    /// <summary>Those networks; null for what is none.</summary>
    public IEnumerable<IPNetwork?> Networks =>
        (TrustedNetworks ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(RequestRange.Network);

    /// <inheritdoc/>
    public override string ToString() => "MasterPasswordOptions(…)";
}
