using System.Collections.Frozen;
using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using WebApp.Platform.Data;
using static WebApp.Features.Audit.SecurityEventKind;

namespace WebApp.Features.Audit;

/// <summary>One event of an account, a session or a credential. Never contains a secret.</summary>
public sealed class SecurityEvent
{
    /// <summary>UUIDv7: ordered by time.</summary>
    public Guid Id { get; init; } = Guid.CreateVersion7();

    /// <summary>When (UTC), to the microsecond.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The kind, see <see cref="SecurityEventKind"/>.</summary>
    public required string Kind { get; init; }

    /// <summary>The account; null if the name was unknown. No foreign key: events outlive accounts.</summary>
    public Guid? UserId { get; init; }

    /// <summary>The session concerned.</summary>
    public Guid? SessionId { get; init; }

    /// <summary>The actor, if it was another user: an administrator, or a manager of the group. Kept when the actor's account is erased.</summary>
    public Guid? ActorId { get; init; }

    /// <summary>The client's IP address.</summary>
    public IPAddress? Ip { get; init; }

    /// <summary>The User-Agent; at most 400 characters.</summary>
    public string? UserAgent { get; init; }

    /// <summary>A short additional text, such as the reason of a refusal.</summary>
    public string? Detail { get; init; }

    /// <summary>16 random bytes in <see cref="PersonalDigest"/>, so that erased data cannot be guessed from the digest. Null after an erasure.</summary>
    public byte[]? Salt { get; init; }

    /// <summary>SHA-256 of the salt and the personal data: user, session, address, agent, detail, actor. Kept after an erasure.</summary>
    public byte[]? PersonalDigest { get; init; }

    /// <summary>MAC over id, time, kind and digest; only the application can create it. Null in a row that it did not write.</summary>
    public byte[]? Mac { get; init; }

    /// <summary>MAC that only the application can create; it proves that the application erased the personal data.</summary>
    public byte[]? ErasureMac { get; init; }

    /// <summary>Its position in the chain, without gaps; null until it is sealed.</summary>
    public long? Seq { get; init; }

    /// <summary>MAC over the hash before, the position and the row's MAC; only the application can create it.</summary>
    public byte[]? ChainHash { get; init; }
}

internal sealed class SecurityEventModel : IEntityTypeConfiguration<SecurityEvent>
{
    public void Configure(EntityTypeBuilder<SecurityEvent> securityEvent)
    {
        securityEvent.ToTable("security_events");
        securityEvent.Property(e => e.Id).ValueGeneratedNever();
        securityEvent.HasIndex(e => new { e.UserId, e.Id });
        securityEvent.HasIndex(e => new { e.Kind, e.Id });
        securityEvent.HasIndex(e => new { e.ActorId, e.Id }).HasFilter("actor_id IS NOT NULL");
        securityEvent.HasIndex(e => new { e.Ip, e.Id });
        securityEvent.HasIndex(e => e.Seq).IsUnique();
        securityEvent.HasIndex(e => e.Id).HasFilter("seq IS NULL").HasDatabaseName("ix_security_events_unsealed");
    }
}

/// <summary>The audit trail's table.</summary>
public static class SecurityEventTables
{
    extension(AppDbContext db)
    {
        /// <summary>All security events that are still stored.</summary>
        public DbSet<SecurityEvent> SecurityEvents => db.Set<SecurityEvent>();
    }
}

/// <summary>Whether the action of an event was done or refused. It is derived from the kind, so the two cannot disagree.</summary>
public static class EventOutcome
{
    /// <summary>It was done.</summary>
    public const string Success = "success";

    /// <summary>It was refused.</summary>
    public const string Failure = "failure";

    private const string FailureSuffix = "_failed";

    private static readonly FrozenSet<string> Refusals = new[] { RefreshTokenReused }.ToFrozenSet();

    /// <summary>The outcome of a kind. Kinds that end in <c>_failed</c> are refusals.</summary>
    public static string ForKind(string kind) => kind.EndsWith(FailureSuffix, StringComparison.Ordinal) || Refusals.Contains(kind) ? Failure : Success;
}
