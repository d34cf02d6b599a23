using WebApp.Platform.Data;

namespace WebApp.Platform.Users;

/// <summary>Makes the row of a new account, complete, whoever asks for it.</summary>
public static class NewUser
{
    /// <summary>Adds a user and their roles to the caller's unit of work. Every user has the role <c>user</c>.</summary>
    /// <param name="db">The unit of work.</param>
    /// <param name="address">The address, as it is shown; the user name too.</param>
    /// <param name="normalized">The address as it is compared.</param>
    /// <param name="confirmed">Whether the mailbox is known to be the user's.</param>
    /// <param name="now">The present (UTC).</param>
    /// <param name="displayName">What to call them.</param>
    /// <param name="passwordHash">Null where they have no password yet; a mailed reset gives them one.</param>
    /// <param name="roles">Roles besides <c>user</c>.</param>
    public static User Add(
        AppDbContext db,
        string address,
        string normalized,
        bool confirmed,
        DateTimeOffset now,
        string? displayName = null,
        string? passwordHash = null,
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
