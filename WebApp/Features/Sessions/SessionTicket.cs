using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;

namespace WebApp.Features.Sessions;

/// <summary>
/// What a browser session vouches for, encrypted and authenticated in its row. The row's own columns serve lists and
/// updates; the ticket makes sure that a row written by hand, without the key ring, opens nothing.
/// </summary>
/// <param name="SessionId">The row it belongs to.</param>
/// <param name="UserId">Who is signed in.</param>
/// <param name="KeyHash">SHA-256 of the cookie's key.</param>
/// <param name="Amr">How the user was authenticated.</param>
/// <param name="AuthenticatedAt">When (UTC).</param>
/// <param name="ExpiresAt">The absolute limit (UTC).</param>
/// <param name="IdleLimit">How long it may go unused.</param>
/// <param name="TokenVersion">The user's seed at sign-in.</param>
public sealed record SessionTicket(
    Guid SessionId, Guid UserId, byte[] KeyHash, string[] Amr, DateTimeOffset AuthenticatedAt, DateTimeOffset ExpiresAt, TimeSpan IdleLimit, int TokenVersion)
{
    /// <summary>What the Data Protection key is derived for.</summary>
    internal const string Purpose = "Sessions.Ticket";

    /// <summary>The row's bytes.</summary>
    public byte[] Seal(IDataProtector protector) => protector.Protect(JsonSerializer.SerializeToUtf8Bytes(this));

    /// <summary>Opens the row's bytes.</summary>
    /// <exception cref="System.Security.Cryptography.CryptographicException">They were not sealed by this installation.</exception>
    public static SessionTicket Open(byte[] sealedTicket, IDataProtector protector) =>
        JsonSerializer.Deserialize<SessionTicket>(protector.Unprotect(sealedTicket))!;
}
