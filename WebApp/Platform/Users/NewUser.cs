using WebApp.Platform.Data;

namespace WebApp.Platform.Users;

/// <summary>Creates the rows of a new account, for all callers.</summary>
public static class NewUser
{
    /// <summary>Adds a user and their roles to the caller's unit of work. Every user has the role <c>user</c>.</summary>
    /// <param name="db">The unit of work.</param>
    /// <param name="address">The address as shown, which is also the user name.</param>
    /// <param name="normalized">The address as compared.</param>
    /// <param name="confirmed">Whether the address is confirmed.</param>
    /// <param name="now">The present (UTC).</param>
    /// <param name="displayName">The display name.</param>
    /// <param name="passwordHash">Null if they have no password yet; they can set one with a mailed reset.</param>
    /// <param name="language">The language of the page on which they made the account themselves; null if somebody else did, so that their own browser decides.</param>
    /// <param name="roles">Roles besides <c>user</c>.</param>
    public static User Add(
        AppDbContext db,
        string address,
        string normalized,
        bool confirmed,
        DateTimeOffset now,
        string? displayName = null,
        string? passwordHash = null,
        Text.Language? language = null,
        params ReadOnlySpan<Guid> roles)
    {
        var user = new User
        {
            Id = Guid.CreateVersion7(),
            UserName = address,
            NormalizedUserName = normalized,
            Email = address,
            NormalizedEmail = normalized,
            EmailConfirmed = confirmed,
            DisplayName = displayName,
            Language = language == Text.Language.English ? null : Text.Language.Find(language?.Code)?.Code,
            PasswordHash = passwordHash,
            SecurityStamp = Guid.NewGuid().ToString(),
            CreatedAt = now,
        };
        db.Users.Add(user);
        db.UserRoles.Add(new() { UserId = user.Id, RoleId = Role.UserId });
        foreach (var role in roles)
        {
            db.UserRoles.Add(new() { UserId = user.Id, RoleId = role });
        }

        return user;
    }
}
