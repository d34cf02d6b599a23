using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using WebApp.Platform.Data;
using WebApp.Platform.Http.Client;

namespace WebApp.Features.SignIn.DeviceCode;

/// <summary>A sign-in request of a device without a keyboard, and its outcome (RFC 8628).</summary>
public sealed class DeviceSignIn
{
    /// <summary>UUIDv7.</summary>
    public Guid Id { get; init; } = Guid.CreateVersion7();

    /// <summary>SHA-256 of the key in the <c>device_code</c>.</summary>
    public byte[] KeyHash { get; init; } = [];

    /// <summary>Keyed hash of the <c>user_code</c>, see <see cref="UserCodeHash"/>.</summary>
    public byte[] UserCodeHash { get; init; } = [];

    /// <summary>The name that the program gave; at most 100 characters, not verified.</summary>
    public string? ClientName { get; init; }

    /// <summary>The name that the device gave; at most 100 characters, not verified.</summary>
    public string? DeviceName { get; init; }

    /// <summary>The User-Agent of the request; at most 400 characters.</summary>
    public string? UserAgent { get; init; }

    /// <summary>The IP address of the request.</summary>
    public IPAddress? Ip { get; init; }

    /// <summary>When the device asked (UTC).</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When both codes expire (UTC).</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>How long the device must currently wait between polls, in seconds.</summary>
    public required int IntervalSeconds { get; init; }

    /// <summary>The last poll (UTC), whether or not it was too early.</summary>
    public DateTimeOffset? PolledAt { get; init; }

    /// <summary>The user who approved it.</summary>
    public Guid? UserId { get; init; }

    /// <summary>The browser session that approved it.</summary>
    public Guid? ApprovedIn { get; init; }

    /// <summary>How that session's user was authenticated (RFC 8176).</summary>
    public string[]? Amr { get; init; }

    /// <summary>The authentication time of the device's session (UTC). It is long ago, because the device itself has proved nothing.</summary>
    public DateTimeOffset? AuthenticatedAt { get; init; }

    /// <summary>The user's token version at approval; a higher one makes the approval void.</summary>
    public int? TokenVersion { get; init; }

    /// <summary>The user's security stamp at approval; a different one makes the approval void.</summary>
    public string? SecurityStamp { get; init; }

    /// <summary>When it was approved (UTC).</summary>
    public DateTimeOffset? ApprovedAt { get; init; }

    /// <summary>When it was denied (UTC), by its user or because the approval was void.</summary>
    public DateTimeOffset? DeniedAt { get; init; }

    /// <summary>When its tokens were issued (UTC). They are issued once.</summary>
    public DateTimeOffset? RedeemedAt { get; init; }

    /// <summary>The name it gave, of the device or else of the program; null if it gave none.</summary>
    public string? GivenName => DeviceName ?? ClientName;

    /// <summary>Its name on pages.</summary>
    public string Label => DeviceLabel.Describe(GivenName, UserAgent);
}

internal sealed class DeviceSignInModel : IEntityTypeConfiguration<DeviceSignIn>
{
    public void Configure(EntityTypeBuilder<DeviceSignIn> signIn)
    {
        signIn.ToTable("device_sign_ins");
        signIn.HasOne<User>().WithMany().HasForeignKey(d => d.UserId).OnDelete(DeleteBehavior.Cascade);
        signIn.Property(d => d.Id).ValueGeneratedNever();
        signIn.Ignore(d => d.GivenName).Ignore(d => d.Label);
        signIn.HasIndex(d => d.UserCodeHash).IsUnique();
        signIn.HasIndex(d => d.ExpiresAt);
    }
}
