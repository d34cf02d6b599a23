using System.Net;
using System.Security.Cryptography;
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

/// <summary>What an event holds of a person, and an erasure takes away.</summary>
internal readonly record struct PersonalFields(Guid? UserId, Guid? SessionId, IPAddress? Ip, string? UserAgent, string? Detail, Guid? ActorId)
{
    private const int Room = 256;

    /// <summary>Whether nothing of it is left.</summary>
    public bool AreErased => this == default;

    /// <summary>SHA-256 over the salt and the fields.</summary>
    public byte[] Digest(byte[] salt)
    {
        var fields = new FieldWriter(Room).Add(salt).Add(UserId).Add(SessionId).Add(Ip?.GetAddressBytes()).Add(UserAgent).Add(Detail);

        // Added only where there is one: events from before there was the column keep their digest, and a row with one more field has none of theirs.
        return SHA256.HashData((ActorId is null ? fields : fields.Add(ActorId)).Written);
    }
}
