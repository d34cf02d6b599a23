using System.Collections.Frozen;
using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using WebApp.Platform.Data;
using static WebApp.Features.Audit.SecurityEventKind;

namespace WebApp.Features.Audit;

/// <summary>One thing that happened to an account, a session or a credential. Never holds a secret.</summary>
public sealed class SecurityEvent
{
    /// <summary>UUIDv7: orders by time.</summary>
    public Guid Id { get; init; } = Guid.CreateVersion7();

    /// <summary>When (UTC), to the microsecond.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>What, see <see cref="SecurityEventKind"/>.</summary>
    public required string Kind { get; init; }

    /// <summary>Whose account; null where the name was unknown. No foreign key: events outlive accounts.</summary>
    public Guid? UserId { get; init; }

    /// <summary>The session it happened in or to.</summary>
    public Guid? SessionId { get; init; }

    /// <summary>Who did it, where that was somebody else: an administrator, whoever manages the group. Stays when they are erased themselves.</summary>
    public Guid? ActorId { get; init; }

    /// <summary>Where from.</summary>
    public IPAddress? Ip { get; init; }

    /// <summary>With what; at most 400 characters.</summary>
    public string? UserAgent { get; init; }

    /// <summary>A short word more, such as the reason of a refusal.</summary>
    public string? Detail { get; init; }

    /// <summary>16 random bytes in <see cref="PersonalDigest"/>, so that after an erasure nobody can try out what was erased. Null once erased.</summary>
    public byte[]? Salt { get; init; }

    /// <summary>SHA-256 over the salt and what is personal: user, session, address, agent, detail, actor. Stays when they are erased.</summary>
    public byte[]? PersonalDigest { get; init; }

    /// <summary>Made by the application alone, over id, time, kind and digest. Null in a row that was not written by it.</summary>
    public byte[]? Mac { get; init; }

    /// <summary>Made by the application alone, when it erased what is personal.</summary>
    public byte[]? ErasureMac { get; init; }

    /// <summary>Its place in the chain, without gaps; null for the moment until it is sealed.</summary>
    public long? Seq { get; init; }

    /// <summary>Made by the application alone, over the hash before, the place and the row's MAC.</summary>
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
        securityEvent.HasIndex(e => e.Seq).IsUnique();
        securityEvent.HasIndex(e => e.Id).HasFilter("seq IS NULL").HasDatabaseName("ix_security_events_unsealed");
    }
}

/// <summary>The audit trail's table.</summary>
public static class SecurityEventTables
{
    extension(AppDbContext db)
    {
        /// <summary>Every security event still kept.</summary>
        public DbSet<SecurityEvent> SecurityEvents => db.Set<SecurityEvent>();
    }
}

/// <summary>Whether what an event reports was done or refused. It follows from the kind, so the two cannot disagree.</summary>
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
