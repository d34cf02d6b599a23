using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using WebApp.Platform.Data;

namespace WebApp.Features.Sessions;

/// <summary>A browser or API client in which a user once completed a sign-in. A browser may be trusted to skip the second factor for a while.</summary>
public sealed class KnownDevice
{
    /// <summary>How long a device may skip the second factor.</summary>
    public static readonly TimeSpan TrustLifetime = TimeSpan.FromDays(30);

    /// <summary>UUIDv7.</summary>
    public Guid Id { get; init; } = Guid.CreateVersion7();

    /// <summary>The user.</summary>
    public required Guid UserId { get; init; }

    /// <summary>Whether it is a browser, identified by cookie, or an API client, identified by device token. A key of one kind is not valid for the other.</summary>
    public SessionKind Kind { get; init; }

    /// <summary>The id in its cookie or token, shared by all accounts that know it.</summary>
    public Guid BrowserId { get; set; }

    /// <summary>SHA-256 of the key in its cookie or token.</summary>
    public byte[] KeyHash { get; set; } = [];

    /// <summary>The name that an API client gave, if any.</summary>
    public string? DeviceName { get; set; }

    /// <summary>Its User-Agent at the last sign-in.</summary>
    public string? UserAgent { get; set; }

    /// <summary>Its IP address at the last sign-in.</summary>
    public IPAddress? Ip { get; set; }

    /// <summary>The first sign-in (UTC).</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The last sign-in (UTC).</summary>
    public required DateTimeOffset LastSeenAt { get; set; }

    /// <summary>Until when it skips the second factor (UTC); null: never.</summary>
    public DateTimeOffset? TrustedUntil { get; set; }

    /// <summary>When its owner forgot it (UTC).</summary>
    public DateTimeOffset? RevokedAt { get; set; }

    /// <summary>When both factors were shown in it, if it may skip the second at <paramref name="now"/>.</summary>
    public DateTimeOffset? TrustedSince(DateTimeOffset now) => TrustedUntil > now ? TrustedUntil - TrustLifetime : null;
}

internal sealed class KnownDeviceModel : IEntityTypeConfiguration<KnownDevice>
{
    public void Configure(EntityTypeBuilder<KnownDevice> device)
    {
        device.ToTable("known_devices");
        device.HasOne<User>().WithMany().HasForeignKey(d => d.UserId);
        device.HasIndex(d => d.BrowserId);
        device.HasIndex(d => d.RevokedAt).HasFilter("revoked_at IS NOT NULL");
        device.Property(d => d.Id).ValueGeneratedNever();
        device.Property(d => d.BrowserId).HasDefaultValueSql("gen_random_uuid()").ValueGeneratedNever(); // Older nodes do not write it.
        device.Property(d => d.Kind).HasConversion(kind => SessionKinds.ToColumn(kind), value => SessionKinds.FromColumn(value)).HasDefaultValue(SessionKind.Browser);
    }
}
