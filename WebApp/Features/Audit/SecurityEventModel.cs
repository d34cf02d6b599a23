using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using WebApp.Platform.Data;

namespace WebApp.Features.Audit;

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
