using Microsoft.EntityFrameworkCore;
using WebApp.Platform.Data;

namespace WebApp.Features.Audit.Chain;

/// <summary>
/// Takes a person out of the trail so that it can still be verified: what is personal goes, with the salt, and the digest of it, which
/// nobody can try out any more, stays; a MAC says that it was the application who did so. What they did to others as an administrator
/// stays in the others' events, under an id that names nobody any more: or an administrator could erase what they did.
/// </summary>
public sealed class AuditErasure(AuditMacs macs)
{
    private const int Batch = 1000;

    /// <summary>Erases what a user's events hold of them, in the caller's transaction.</summary>
    public async Task RunAsync(AppDbContext db, Guid userId, CancellationToken cancel)
    {
        int found;
        do
        {
            var rows = await db.SecurityEvents.Where(e => e.UserId == userId).OrderBy(e => e.Id).Take(Batch).Select(e => new { e.Id, e.Mac }).ToListAsync(cancel);
            found = rows.Count;
            Guid[] ids = [.. rows.Select(row => row.Id)];
            byte[][] erasures = [.. rows.Select(row => macs.Erasure(row.Id, row.Mac))];
            await db.Database.ExecuteSqlAsync(
                $"""
                UPDATE security_events e
                SET user_id = NULL, session_id = NULL, ip = NULL, user_agent = NULL, detail = NULL, actor_id = NULL, salt = NULL, erasure_mac = s.mac
                FROM unnest({ids}, {erasures}) AS s (id, mac) WHERE e.id = s.id
                """,
                cancel);
        }
        while (found == Batch);
    }
}
