using WebApp.Data;

namespace WebApp.SignIn;

/// <summary>Whether an account may sign in at all. Every door asks here, so that none is easier than another (ASVS 6.3.4).</summary>
internal static class Admission
{
    /// <summary>What stands against it, for the audit trail; null when nothing does.</summary>
    public static string? Obstacle(User user, DateTimeOffset now) =>
        !user.EmailConfirmed ? "address not confirmed"
        : user.IsDisabled(now) ? "account disabled"
        : user.DeletionRequestedAt is not null ? "account awaits deletion"
        : null;
}
