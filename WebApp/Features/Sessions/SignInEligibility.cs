using WebApp.Platform.Data;

namespace WebApp.Features.Sessions;

/// <summary>Whether an account may sign in at all. Every way in asks here, so that none is easier than another (ASVS 6.3.4).</summary>
internal static class SignInEligibility
{
    /// <summary>What stands against it, for the audit trail; null when nothing does.</summary>
    /// <param name="user">The account.</param>
    /// <param name="now">The present (UTC).</param>
    /// <param name="restores">Whether the sign-in keeps an account that awaits deletion, as a browser's does.</param>
    /// <param name="addressMatters">Whether the address must be confirmed, as it must wherever the account is found by it.</param>
    public static string? Obstacle(User user, DateTimeOffset now, bool restores, bool addressMatters = true) =>
        addressMatters && !user.EmailConfirmed ? "address not confirmed"
        : user.IsDisabled(now) ? "account disabled"
        : user.DeletionRequestedAt is not null && !(restores && user.CanBeRestored(now)) ? "account awaits deletion"
        : null;
}
