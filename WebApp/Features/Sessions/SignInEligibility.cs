using WebApp.Platform.Data;

namespace WebApp.Features.Sessions;

/// <summary>Whether an account may sign in at all. Every sign-in method checks this, so that none is weaker than another (ASVS 6.3.4).</summary>
internal static class SignInEligibility
{
    /// <summary>The reason why it may not, for the audit trail; null if it may.</summary>
    /// <param name="user">The account.</param>
    /// <param name="now">The current time (UTC).</param>
    /// <param name="restores">Whether the sign-in restores an account that awaits deletion, as a browser's does.</param>
    /// <param name="addressMatters">Whether the address must be confirmed. It must be if the account is found by its address.</param>
    public static string? Obstacle(User user, DateTimeOffset now, bool restores, bool addressMatters = true) =>
        addressMatters && !user.EmailConfirmed ? "address not confirmed"
        : user.IsDisabled(now) ? "account disabled"
        : user.DeletionRequestedAt is not null && !(restores && user.CanBeRestored(now)) ? "account awaits deletion"
        : null;
}
