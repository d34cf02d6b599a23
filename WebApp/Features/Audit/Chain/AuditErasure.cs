using System.Net;
using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using WebApp.Platform.Data;

namespace WebApp.Features.Audit.Chain;

/// <summary>
/// Erases a user from the audit trail so that it can still be verified. The personal data and its salt are removed. Its digest stays, which cannot be
/// guessed without the salt. A MAC proves that the application did it. What the user did to others as an administrator stays in the others' events, with an
/// id that identifies nobody any more: otherwise administrators could erase their actions.
/// </summary>
public sealed class AuditErasure(AuditMacs macs)
{
    private const int Batch = 1000;

    /// <summary>Erases the personal data in a user's events, in the caller's transaction.</summary>
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

/// <summary>The personal data of an event, which an erasure removes.</summary>
internal readonly record struct PersonalFields(Guid? UserId, Guid? SessionId, IPAddress? Ip, string? UserAgent, string? Detail, Guid? ActorId)
{
    private const int InitialCapacity = 256;

    /// <summary>Whether all of it is erased.</summary>
    public bool AreErased => this == default;

    /// <summary>SHA-256 of the salt and the fields.</summary>
    public byte[] Digest(byte[] salt)
    {
        var fields = new FieldWriter(InitialCapacity).Add(salt).Add(UserId).Add(SessionId).Add(Ip?.GetAddressBytes()).Add(UserAgent).Add(Detail);

        // Added only if there is one: events that are older than the column keep their digest, and a row with one more field has a different one.
        return SHA256.HashData((ActorId is null ? fields : fields.Add(ActorId)).Written);
    }
}
