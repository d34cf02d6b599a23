using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using WebApp.Platform.Data;

namespace WebApp.Features.Sessions;

internal sealed class SessionModel : IEntityTypeConfiguration<Session>
{
    public void Configure(EntityTypeBuilder<Session> session)
    {
        session.ToTable("sessions");
        session.HasOne<User>().WithMany().HasForeignKey(s => s.UserId);
        session.Property(s => s.Id).ValueGeneratedNever();
        session.Property(s => s.Kind).HasConversion(kind => SessionKinds.ToColumn(kind), word => SessionKinds.FromColumn(word));
        session.Ignore(s => s.EndsUnused).Ignore(s => s.IsRemembered);
        session.HasIndex(s => s.Id).HasDatabaseName("ix_sessions_ended_before_use").HasFilter("revoked_at < greatest(created_at, refresh_rotated_at, authenticated_at)");
        session.HasIndex(s => s.RevokedAt).HasFilter("revoked_at IS NOT NULL");
    }
}

/// <summary>The table of sessions.</summary>
public static class SessionTables
{
    extension(AppDbContext db)
    {
        /// <summary>Every session, ended ones included until they are pruned.</summary>
        public DbSet<Session> Sessions => db.Set<Session>();
    }
}
