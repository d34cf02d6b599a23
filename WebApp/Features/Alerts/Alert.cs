using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using WebApp.Features.Audit;
using WebApp.Platform.Data;

namespace WebApp.Features.Alerts;

/// <summary>A finding, kept until administrators have been notified and for some time after.</summary>
public sealed class Alert
{
    /// <summary>UUIDv7.</summary>
    public Guid Id { get; init; } = Guid.CreateVersion7();

    /// <summary>The kind of finding, by its name in the audit trail.</summary>
    public required string Kind { get; init; }

    /// <summary>When (UTC).</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The account concerned.</summary>
    public Guid? UserId { get; init; }

    /// <summary>The session concerned.</summary>
    public Guid? SessionId { get; init; }

    /// <summary>From where, as <see cref="Platform.Http.Client.IpPrefix"/> writes it.</summary>
    public string? IpPrefix { get; init; }

    /// <summary>How many were counted.</summary>
    public int? Count { get; init; }

    /// <summary>Whether administrators are notified by mail.</summary>
    public required bool ForAdministrators { get; init; }

    /// <summary>When the mail to administrators was queued (UTC).</summary>
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
        /// <summary>The alerts that are still kept.</summary>
        public DbSet<Alert> Alerts => db.Set<Alert>();
    }
}

/// <summary>The names and descriptions of the kinds of alert.</summary>
public static class AlertText
{
    extension(AlertKinds kind)
    {
        /// <summary>The name in the audit trail, in metrics and in webhooks.</summary>
        public string Name => kind switch
        {
            AlertKinds.NewDevice => SecurityEventKind.NewDevice,
            AlertKinds.ManyAccounts => SecurityEventKind.ManyAccountsTried,
            AlertKinds.ManyAddresses => SecurityEventKind.ManyAddressesTried,
            AlertKinds.RefreshTokenReused => SecurityEventKind.RefreshTokenReused,
            AlertKinds.ClientChanged => SecurityEventKind.ClientChanged,
            AlertKinds.AddressChanged => SecurityEventKind.AddressChanged,
            AlertKinds.MasterPasswordUsed => SecurityEventKind.MasterPasswordUsed,
            AlertKinds.MasterPasswordLocked => SecurityEventKind.MasterPasswordLocked,
            _ => throw new ArgumentOutOfRangeException(nameof(kind)),
        };
    }

    /// <summary>What happened, as text for administrators.</summary>
    /// <param name="alert">The alert.</param>
    /// <param name="email">The address of the account concerned; null if there is none.</param>
    public static string Describe(Alert alert, string? email)
    {
        var account = email ?? T("a name without an account");
        var place = alert.IpPrefix ?? T("an unknown address");
        return alert.Kind switch
        {
            SecurityEventKind.NewDevice => T("{0} signed in on a new device, from {1}.", account, place),
            SecurityEventKind.ManyAccountsTried => T("{0} failed to sign in to {1} accounts or more.", place, alert.Count),
            SecurityEventKind.ManyAddressesTried => T("{0} addresses or more failed to sign in to {1}.", alert.Count, account),
            SecurityEventKind.RefreshTokenReused => T("A spent refresh token of {0} came back, from {1}. The session was ended.", account, place),
            SecurityEventKind.ClientChanged => T("A session of {0} was used by another client, from {1}.", account, place),
            SecurityEventKind.AddressChanged => T("A session of {0} was used from another address, {1}.", account, place),
            SecurityEventKind.MasterPasswordUsed => T("The master password was used, from {0}. If that was none of you, remove Admin:MasterPasswordHash and restart.", place),
            SecurityEventKind.MasterPasswordLocked => T("Someone is guessing the master password; the last came from {0}. For a while none of strangers, or none from there, is looked at.", place),
            _ => $"{alert.Kind}: {account}, {place}.",
        };
    }
}
