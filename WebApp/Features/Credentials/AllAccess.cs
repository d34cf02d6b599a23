using Microsoft.EntityFrameworkCore;
using WebApp.Features.Audit;
using WebApp.Features.Sessions;
using WebApp.Features.Verification;
using WebApp.Platform.Data;
using WebApp.Platform.Http.Client;

namespace WebApp.Features.Credentials;

/// <summary>Ends the access of all users at once: after a backup was restored, which brings back what was revoked since, or after a break-in.</summary>
public sealed class AllAccess(AppDbContext db, AuditTrail audit, TimeProvider clock)
{
    private const int UsersAtOnce = 500;

    // A token issued between a backup and its restoration may have a higher version than the restored one. Nobody's version is raised this often within a
    // token's lifetime.
    private const int Versions = 1000;

    private static readonly string[] Purposes = [SecretPurpose.ResetPassword, SecretPurpose.ChangeEmail, SecretPurpose.SecondFactor];

    /// <summary>
    /// Ends every session and sign-in in progress, makes every access token invalid, makes mailed links and codes that give access or change something
    /// void, and ends the trust in devices. Passwords, factors, and links for account recovery stay. Each transaction covers a few hundred users, so it can
    /// be run again after a failure.
    /// </summary>
    /// <param name="apiTokens">Whether API tokens are revoked too.</param>
    /// <param name="client">The actor, for the audit trail.</param>
    /// <param name="cancel">Cancels.</param>
    public async Task<EndedAllAccess> EndAsync(bool apiTokens, ClientInfo client, CancellationToken cancel)
    {
        var ended = new EndedAllAccess(0, 0, 0);
        for (Guid[] users = [Guid.Empty]; users.Length > 0;)
        {
            await using var transaction = await db.Database.BeginTransactionAsync(cancel);
            var last = users[^1];
            users = [.. await db.Database.SqlQuery<Guid>($"SELECT id AS \"Value\" FROM users WHERE id > {last} ORDER BY id LIMIT {UsersAtOnce} FOR NO KEY UPDATE").ToListAsync(cancel)];
            var (sessions, tokens) = await EndAsync(users, apiTokens, cancel);
            foreach (var user in sessions.Concat(tokens).Distinct())
            {
                audit.Add(db, SecurityEventKind.SignedOutEverywhere, client, user);
            }

            await db.SaveChangesAsync(cancel);
            await transaction.CommitAsync(cancel);
            db.ChangeTracker.Clear();
            ended = new(ended.Users + users.Length, ended.Sessions + sessions.Count, ended.ApiTokens + tokens.Count);
        }

        return ended;
    }

    // The sessions and API tokens that ended, each with its user. The users' rows are locked.
    private async Task<(List<Guid> Sessions, List<Guid> ApiTokens)> EndAsync(Guid[] users, bool apiTokens, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        await db.Database.ExecuteSqlAsync($"UPDATE users SET token_version = token_version + {Versions}, token_version_at = {now}, security_stamp = gen_random_uuid()::text WHERE id = ANY ({users})", cancel);
        var sessions = await db.Database.SqlQuery<Guid>(
            $"UPDATE sessions SET revoked_at = {now}, revoked_reason = {EndReason.EndedByAdministrator} WHERE user_id = ANY ({users}) AND revoked_at IS NULL RETURNING user_id AS \"Value\"").ToListAsync(cancel);
        await db.Database.ExecuteSqlAsync($"UPDATE pending_sign_ins SET completed_at = {now} WHERE user_id = ANY ({users}) AND completed_at IS NULL", cancel);
        await db.Database.ExecuteSqlAsync($"UPDATE known_devices SET trusted_until = NULL WHERE user_id = ANY ({users}) AND trusted_until IS NOT NULL", cancel);
        await db.Database.ExecuteSqlAsync($"UPDATE one_time_secrets SET consumed_at = {now} WHERE user_id = ANY ({users}) AND purpose = ANY ({Purposes}) AND consumed_at IS NULL", cancel);
        var tokens = apiTokens
            ? await db.Database.SqlQuery<Guid>($"UPDATE api_tokens SET revoked_at = {now} WHERE user_id = ANY ({users}) AND revoked_at IS NULL RETURNING user_id AS \"Value\"").ToListAsync(cancel)
            : [];
        return (sessions, tokens);
    }
}

/// <summary>The numbers of what was ended.</summary>
/// <param name="Users">The number of users.</param>
/// <param name="Sessions">The number of sessions that ended.</param>
/// <param name="ApiTokens">The number of API tokens that were revoked.</param>
public sealed record EndedAllAccess(int Users, int Sessions, int ApiTokens);
