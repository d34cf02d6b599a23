using Microsoft.EntityFrameworkCore;
using WebApp.Platform.Data;

namespace WebApp.Platform.Users;

/// <summary>Accounts with an unconfirmed address: their owner is unknown until a mail to the address is answered.</summary>
public static class UnconfirmedAccounts
{
    /// <summary>
    /// The SQL condition, over <c>users u</c>, for an abandoned account: an older release created it at registration, and it was never used. Anybody may
    /// have registered it, so a new registration replaces it. Imported accounts, accounts of a proxy's users, and accounts with a role, a session or a
    /// group are not abandoned.
    /// </summary>
    public const string AbandonedSql = """
        NOT u.email_confirmed
        AND EXISTS (SELECT 1 FROM security_events e WHERE e.user_id = u.id AND e.kind = 'registered' AND e.detail IS NULL)
        AND NOT EXISTS (SELECT 1 FROM security_events e WHERE e.user_id = u.id AND e.kind = 'imported')
        AND NOT EXISTS (SELECT 1 FROM user_roles r WHERE r.user_id = u.id AND r.role_id <> '019aa000-0000-7000-8000-000000000001')
        AND NOT EXISTS (SELECT 1 FROM sessions s WHERE s.user_id = u.id)
        AND NOT EXISTS (SELECT 1 FROM user_logins l WHERE l.user_id = u.id)
        AND NOT EXISTS (SELECT 1 FROM user_passkeys p WHERE p.user_id = u.id)
        AND NOT EXISTS (SELECT 1 FROM user_claims c WHERE c.user_id = u.id)
        AND NOT EXISTS (SELECT 1 FROM group_members m WHERE m.user_id = u.id)
        AND NOT EXISTS (SELECT 1 FROM api_tokens t WHERE t.user_id = u.id)
        """;

    /// <summary>Removes the abandoned accounts of some addresses, in the caller's transaction. <c>$1</c> is the normalized addresses.</summary>
    public const string RemoveAbandonedSql = $"DELETE FROM users u WHERE u.normalized_email = ANY ($1) AND {AbandonedSql}";

    /// <summary>Removes the account of an address if it is abandoned, in the caller's transaction.</summary>
    public static Task RemoveAbandonedAsync(AppDbContext db, string normalized, CancellationToken cancel) =>
        db.Database.ExecuteSqlRawAsync(RemoveAbandonedSql.Replace("$1", "{0}", StringComparison.Ordinal), [new[] { normalized }], cancel);

    /// <summary>Whether an account that is not abandoned has the address.</summary>
    public static async Task<bool> KeepsAsync(AppDbContext db, string normalized, CancellationToken cancel) =>
        await db.Database.SqlQueryRaw<bool>($"SELECT EXISTS (SELECT 1 FROM users u WHERE u.normalized_email = {{0}} AND NOT ({AbandonedSql})) AS \"Value\"", normalized)
            .ToListAsync(cancel) is [true];

    /// <summary>
    /// Removes the ways to sign in to an account without its mailbox, in the caller's transaction: the proxy's user name and passkeys. For use when the
    /// mailbox's owner takes over an account that another person may have used before its address was confirmed.
    /// </summary>
    public static async Task DropSignInsAsync(AppDbContext db, Guid userId, CancellationToken cancel)
    {
        await db.UserLogins.Where(login => login.UserId == userId).ExecuteDeleteAsync(cancel);
        await db.UserPasskeys.Where(passkey => passkey.UserId == userId).ExecuteDeleteAsync(cancel);
    }
}
