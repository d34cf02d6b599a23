using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using WebApp.Platform.Data;

namespace WebApp.Features.Alerts;

internal sealed class AlertModel : IEntityTypeConfiguration<Alert>
{
    public void Configure(EntityTypeBuilder<Alert> alert)
    {
        alert.ToTable("alerts");
        alert.Property(a => a.Id).ValueGeneratedNever();
        alert.HasOne<User>().WithMany().HasForeignKey(a => a.UserId).OnDelete(DeleteBehavior.Cascade);
        alert.HasIndex(a => a.At);
        alert.HasIndex(a => a.ToldAt).HasFilter("for_administrators");
    }
}

/// <summary>The table of alerts.</summary>
public static class AlertTables
{
    extension(AppDbContext db)
    {
        /// <summary>Alerts still kept.</summary>
        public DbSet<Alert> Alerts => db.Set<Alert>();
    }
}
