using WebApp.Features.Sessions;
using WebApp.Platform.Data;

namespace WebApp.Features.SignIn;

/// <summary>What a sign-in came to, whichever way it was made.</summary>
public abstract record SignInResult
{
    private SignInResult()
    {
    }

    /// <summary>The user is who they say; the caller opens a session.</summary>
    /// <param name="User">Who.</param>
    /// <param name="Amr">How it was shown (RFC 8176).</param>
    public sealed record Authenticated(User User, string[] Amr) : SignInResult
    {
        /// <summary>What entitles to a session: the account as it was when that was shown, unless an open session vouches for it.</summary>
        public AccountProof Proof { get; init; } = AccountProof.ForUser(User);

        /// <summary>
        /// When everything the account asks for was last shown (UTC), where that is not now: on a trusted device the second factor was
        /// shown earlier, and sensitive operations want it anew. Null: now.
        /// </summary>
        public DateTimeOffset? AuthenticatedAt { get; init; }
    }

    /// <summary>The password is right; the account asks for a second factor.</summary>
    /// <param name="User">Who is signing in.</param>
    /// <param name="Amr">What was shown already.</param>
    public sealed record SecondFactorRequired(User User, string[] Amr) : SignInResult
    {
        /// <summary>The device it is done on, where the account knows it.</summary>
        public Guid? KnownDevice { get; init; }
    }

    /// <summary>Wrong password, unknown name, disabled or unconfirmed account: alike on purpose.</summary>
    public sealed record Refused : SignInResult;

    /// <summary>No password is looked at before <paramref name="RetryAfter"/> is over. Known and unknown names are told alike.</summary>
    public sealed record TooMany(TimeSpan RetryAfter) : SignInResult;
}
