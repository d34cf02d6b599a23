using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using WebApp.Platform.Data;

namespace WebApp.Features.Alerts;

/// <summary>A finding, kept until administrators have been told of it and for some time after.</summary>
public sealed class Alert
{
    /// <summary>UUIDv7.</summary>
    public Guid Id { get; init; } = Guid.CreateVersion7();

    /// <summary>What was found, in the words of the audit trail.</summary>
    public required string Kind { get; init; }

    /// <summary>When (UTC).</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Whose account.</summary>
    public Guid? UserId { get; init; }

    /// <summary>Which session.</summary>
    public Guid? SessionId { get; init; }

    /// <summary>From where, as <see cref="Platform.Http.Client.IpPrefix"/> writes it.</summary>
    public string? IpPrefix { get; init; }

    /// <summary>How many were counted.</summary>
    public int? Count { get; init; }

    /// <summary>Whether administrators are told by mail.</summary>
    public required bool ForAdministrators { get; init; }

    /// <summary>When the mail that tells them was queued (UTC).</summary>
    public DateTimeOffset? ToldAt { get; set; }
}

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
