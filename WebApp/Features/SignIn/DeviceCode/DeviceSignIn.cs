using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using WebApp.Platform.Data;
using WebApp.Platform.Http.Client;

namespace WebApp.Features.SignIn.DeviceCode;

/// <summary>A device without a keyboard that asks to be signed in, and what became of it (RFC 8628).</summary>
public sealed class DeviceSignIn
{
    /// <summary>UUIDv7.</summary>
    public Guid Id { get; init; } = Guid.CreateVersion7();

    /// <summary>SHA-256 of the key in the <c>device_code</c>.</summary>
    public byte[] KeyHash { get; init; } = [];

    /// <summary>Keyed hash of the <c>user_code</c>, see <see cref="UserCodeHash"/>.</summary>
    public byte[] UserCodeHash { get; init; } = [];

    /// <summary>What the program calls itself; at most 100 characters, and nobody has checked it.</summary>
    public string? ClientName { get; init; }

    /// <summary>What the device calls itself; likewise.</summary>
    public string? DeviceName { get; init; }

    /// <summary>The User-Agent it asked with; at most 400 characters.</summary>
    public string? UserAgent { get; init; }

    /// <summary>Where it asked from.</summary>
    public IPAddress? Ip { get; init; }

    /// <summary>When it asked (UTC).</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When both codes run out (UTC).</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>How long it must wait between polls now, in seconds.</summary>
    public required int IntervalSeconds { get; init; }

    /// <summary>Its last poll (UTC), too soon or not.</summary>
    public DateTimeOffset? PolledAt { get; init; }

    /// <summary>Who let it in.</summary>
    public Guid? UserId { get; init; }

    /// <summary>The browser's session it was approved in.</summary>
    public Guid? ApprovedIn { get; init; }

    /// <summary>How that session's user was authenticated (RFC 8176).</summary>
    public string[]? Amr { get; init; }

    /// <summary>What the device's session says of when its user authenticated (UTC): long ago, for the device has shown nothing.</summary>
    public DateTimeOffset? AuthenticatedAt { get; init; }

    /// <summary>The user's token version then; a higher one voids the approval.</summary>
    public int? TokenVersion { get; init; }

    /// <summary>The user's security stamp then; another one voids the approval too.</summary>
    public string? SecurityStamp { get; init; }

    /// <summary>When it was let in (UTC).</summary>
    public DateTimeOffset? ApprovedAt { get; init; }

    /// <summary>When it was turned away (UTC), by its user or because the approval was void.</summary>
    public DateTimeOffset? DeniedAt { get; init; }

    /// <summary>When its tokens were handed out (UTC): once.</summary>
    public DateTimeOffset? RedeemedAt { get; init; }

    /// <summary>What it calls itself, the device before the program; null where it gave no name.</summary>
    public string? GivenName => DeviceName ?? ClientName;

    /// <summary>What it is called in lists.</summary>
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
