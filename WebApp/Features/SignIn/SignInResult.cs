using WebApp.Features.Sessions;
using WebApp.Platform.Data;

namespace WebApp.Features.SignIn;

/// <summary>The result of a sign-in, by any method.</summary>
public abstract record SignInResult
{
    private SignInResult()
    {
    }

    /// <summary>The user is authenticated; the caller creates a session.</summary>
    /// <param name="User">The user.</param>
    /// <param name="Amr">The methods used (RFC 8176).</param>
    public sealed record Authenticated(User User, string[] Amr) : SignInResult
    {
        /// <summary>What a new session relies on: the account's state at authentication, unless it is an open session.</summary>
        public AccountProof Proof { get; init; } = AccountProof.ForUser(User);

        /// <summary>
        /// When the user last showed everything the account requires (UTC), if that is not now: on a trusted device the second factor was shown
        /// earlier, and sensitive operations require it again. Null: now.
        /// </summary>
        public DateTimeOffset? AuthenticatedAt { get; init; }
    }

    /// <summary>The password is right; the account requires a second factor.</summary>
    /// <param name="User">The user who signs in.</param>
    /// <param name="Amr">The methods used so far.</param>
    public sealed record SecondFactorRequired(User User, string[] Amr) : SignInResult
    {
        /// <summary>The device, if the account knows it.</summary>
        public Guid? KnownDevice { get; init; }
    }

    /// <summary>Wrong password, unknown name, disabled or unconfirmed account. These cases look the same on purpose.</summary>
    public sealed record Refused : SignInResult;

    /// <summary>No password is checked before <paramref name="RetryAfter"/> is over. Known and unknown names get the same answer.</summary>
    public sealed record TooMany(TimeSpan RetryAfter) : SignInResult;
}
