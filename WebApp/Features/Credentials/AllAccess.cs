using Microsoft.EntityFrameworkCore;
using WebApp.Features.Audit;
using WebApp.Features.Sessions;
using WebApp.Features.Verification;
using WebApp.Platform.Data;
using WebApp.Platform.Http.Client;

namespace WebApp.Features.Credentials;

/// <summary>Ends the access of all users at once: for when a backup was restored, which brings back what was revoked after it, or after a break-in.</summary>
public sealed class AllAccess(AppDbContext db, AuditTrail audit, TimeProvider clock)
{
    private const int UsersAtOnce = 500;

    // A token made between a backup and its restoration may carry a later version than the restored one: more than anybody raises it within a token's life.
    private const int Versions = 1000;

    private static readonly string[] Purposes = [SecretPurpose.ResetPassword, SecretPurpose.ChangeEmail, SecretPurpose.SecondFactor];

    /// <summary>
    /// Ends every session and sign-in under way, makes every access token invalid, voids mailed links and codes that open or change something, and ends the trust in
    /// devices. Passwords, factors, and the links by which owners take an account back stay. A few hundred users are one transaction: it can be run again.
    /// </summary>
    /// <param name="apiTokens">Whether API tokens are revoked too.</param>
    /// <param name="client">Who did it, for the audit trail.</param>
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

    // Whose sessions and API tokens ended, once for each of them. The users' rows are locked.
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

/// <summary>What was ended.</summary>
/// <param name="Users">How many users there are.</param>
/// <param name="Sessions">How many sessions ended.</param>
/// <param name="ApiTokens">How many API tokens were revoked.</param>
public sealed record EndedAllAccess(int Users, int Sessions, int ApiTokens);
