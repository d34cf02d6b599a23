using WebApp.Platform.Data;

namespace WebApp.Features.Sessions;

/// <summary>
/// What a write to an account relies on: the authentication that entitled to it. <see cref="AccountLock"/> compares it with the account as it is
/// when the write happens, so that a revocation in between wins.
/// </summary>
/// <param name="UserId">Whose account.</param>
public abstract record AccountProof(Guid UserId)
{
    /// <summary>A sign-in that is not complete: the account as it was when the password, passkey or factor was verified.</summary>
    /// <param name="UserId">Whose account.</param>
    /// <param name="TokenVersion">The token version then.</param>
    /// <param name="SecurityStamp">The stamp then; every change of a credential writes another.</param>
    public sealed record SignIn(Guid UserId, int TokenVersion, string? SecurityStamp) : AccountProof(UserId);

    /// <summary>An open session.</summary>
    /// <param name="UserId">Whose account.</param>
    /// <param name="SessionId">The session.</param>
    public sealed record Session(Guid UserId, Guid SessionId) : AccountProof(UserId);

    /// <summary>The proof of a sign-in whose credential was verified against this user as read.</summary>
    public static SignIn ForUser(User user) => new(user.Id, user.TokenVersion, user.SecurityStamp);
}
