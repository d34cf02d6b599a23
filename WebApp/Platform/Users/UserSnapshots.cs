using NpgsqlTypes;
using WebApp.Platform.Changes;
using WebApp.Platform.Data;
using static WebApp.Platform.Data.PreparedDatabase;

namespace WebApp.Platform.Users;

/// <summary>Looks up users by id, cached for at most 5 minutes while the node's LISTEN connection is alive.</summary>
public sealed class UserSnapshots : IDisposable
{
    private const int Capacity = 50_000;
    private const string Sql = """
        SELECT u.email, u.email_confirmed, u.display_name, u.token_version, u.two_factor_enabled,
               coalesce(u.lockout_end > $2, false) OR u.deletion_requested_at IS NOT NULL,
               ARRAY(SELECT r.name FROM user_roles ur JOIN roles r ON r.id = ur.role_id WHERE ur.user_id = u.id ORDER BY 1),
               ARRAY(SELECT DISTINCT c.claim_value FROM user_roles ur JOIN role_claims c ON c.role_id = ur.role_id
                     WHERE ur.user_id = u.id AND c.claim_type = 'permission' ORDER BY 1),
               EXISTS (SELECT 1 FROM user_roles ur WHERE ur.user_id = u.id AND ur.role_id = $3),
               ARRAY(SELECT g.id FROM group_members m JOIN groups g ON g.id = m.group_id WHERE m.user_id = u.id ORDER BY g.name, g.id),
               ARRAY(SELECT g.name FROM group_members m JOIN groups g ON g.id = m.group_id WHERE m.user_id = u.id ORDER BY g.name, g.id),
               ARRAY(SELECT m.role FROM group_members m JOIN groups g ON g.id = m.group_id WHERE m.user_id = u.id ORDER BY g.name, g.id),
               u.language, u.time_zone
        FROM users u WHERE u.id = $1
        """;

    private readonly PreparedDatabase database;
    private readonly TimeProvider clock;
    private readonly FreshCache<Guid, UserSnapshot> cache;

    /// <summary>Subscribes to the changes that invalidate a snapshot.</summary>
    public UserSnapshots(PreparedDatabase database, ChangeFeed feed, TimeProvider clock)
    {
        this.database = database;
        this.clock = clock;
        cache = new(feed, Capacity, TimeSpan.FromMinutes(5));
        feed.On(Topics.UserChanged, payload => cache.Remove(Guid.Parse(payload.AsSpan(0, 36))));
        feed.On(Topics.RolesChanged, _ => cache.Clear());
    }

    /// <summary>The user, or null. <see cref="MasterAdministrator"/> is always found; its tokens are checked elsewhere.</summary>
    public ValueTask<UserSnapshot?> FindAsync(Guid id, CancellationToken cancel) =>
        id == MasterAdministrator.Id ? new(MasterAdministrator.Snapshot) : cache.GetAsync(id, LoadAsync, cancel);

    /// <inheritdoc/>
    public void Dispose() => cache.Dispose();

    private async Task<UserSnapshot?> LoadAsync(Guid id, CancellationToken cancel)
    {
        await using var row = await database.ReadAsync(
            Sql, [Parameter(NpgsqlDbType.Uuid, id), Parameter(NpgsqlDbType.TimestampTz, clock.GetUtcNow()), Parameter(NpgsqlDbType.Uuid, Role.AdminId)], cancel);
        return await row.ReadAsync(cancel)
            ? new(
                id,
                row.GetString(0),
                row.GetBoolean(1),
                row.IsDBNull(2) ? null : row.GetString(2),
                row.GetInt32(3),
                row.GetBoolean(4),
                row.GetBoolean(5),
                row.GetFieldValue<string[]>(6),
                row.GetBoolean(8) ? Permission.Names : row.GetFieldValue<string[]>(7),
                Groups(row.GetFieldValue<Guid[]>(9), row.GetFieldValue<string[]>(10), row.GetFieldValue<string[]>(11)),
                row.IsDBNull(12) ? null : row.GetString(12),
                row.IsDBNull(13) ? null : row.GetString(13))
            : null;
    }

    private static GroupMembership[] Groups(Guid[] ids, string[] names, string[] roles) =>
        [.. ids.Select((id, index) => new GroupMembership(id, names[index], roles[index]))];
}

/// <summary>The data of a user that requests need, as of the last change received.</summary>
/// <param name="Id">The user.</param>
/// <param name="Email">The address.</param>
/// <param name="EmailConfirmed">Whether it was confirmed.</param>
/// <param name="DisplayName">The display name; null if not given.</param>
/// <param name="TokenVersion">The token version: tokens and sessions with a lower version are invalid.</param>
/// <param name="TwoFactorEnabled">Whether a second factor is asked for.</param>
/// <param name="Closed">Whether the account is disabled or awaits deletion.</param>
/// <param name="Roles">Role names, sorted.</param>
/// <param name="Permissions">The permissions of the roles, sorted and distinct; for an administrator all permissions.</param>
/// <param name="Groups">The user's groups, sorted by name.</param>
/// <param name="Language">The language of pages and mails; null if not set.</param>
/// <param name="TimeZone">The IANA name of the time zone on pages; null if not set.</param>
public sealed record UserSnapshot(
    Guid Id,
    string Email,
    bool EmailConfirmed,
    string? DisplayName,
    int TokenVersion,
    bool TwoFactorEnabled,
    bool Closed,
    string[] Roles,
    IReadOnlyList<string> Permissions,
    IReadOnlyList<GroupMembership> Groups,
    string? Language,
    string? TimeZone)
{
    /// <summary>The display name, or the address if there is none.</summary>
    public string Name => string.IsNullOrWhiteSpace(DisplayName) ? Email : DisplayName;
}

/// <summary>A group of a user.</summary>
/// <param name="Id">The group.</param>
/// <param name="Name">The group's name.</param>
/// <param name="Role"><c>owner</c>, <c>admin</c> or <c>member</c>.</param>
public sealed record GroupMembership(Guid Id, string Name, string Role);
