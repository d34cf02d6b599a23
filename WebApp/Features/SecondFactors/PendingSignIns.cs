using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using WebApp.Platform.Data;
using WebApp.Platform.Data.Encryption;

namespace WebApp.Features.SecondFactors;

/// <summary>Stores sign-ins that wait for their second factor.</summary>
public sealed class PendingSignIns(AppDbContext db, TimeProvider clock)
{
    /// <summary>How long a sign-in may wait.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    /// <summary>Begins one for a user whose password was verified, and returns its key. Saves the caller's unit of work, including the event of the password.</summary>
    public async Task<RowKey> BeginAsync(User user, string[] amr, bool remember, string? deviceName, CancellationToken cancel, Guid? knownDevice = null)
    {
        var pending = new PendingSignIn
        {
            UserId = user.Id,
            Amr = amr,
            Remember = remember,
            DeviceName = deviceName,
            KnownDeviceId = knownDevice,
            TokenVersion = user.TokenVersion,
            SecurityStamp = user.SecurityStamp,
            ExpiresAt = clock.GetUtcNow() + Lifetime,
        };
        var key = RowKey.New(pending.Id);
        pending.KeyHash = key.Hash();
        db.Set<PendingSignIn>().Add(pending);
        await db.SaveChangesAsync(cancel);
        return key;
    }

    /// <summary>The sign-in that a key belongs to; null if it no longer waits.</summary>
    public async Task<PendingSignIn?> FindAsync(RowKey key, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var pending = await db.Set<PendingSignIn>().AsNoTracking()
            .SingleOrDefaultAsync(p => p.Id == key.Id && p.CompletedAt == null && p.ExpiresAt > now, cancel);
        return pending is not null && key.Matches(pending.KeyHash) ? pending : null;
    }

    /// <summary>Completes it. Returns false if it was completed or expired meanwhile: the database lets one request do it.</summary>
    public async Task<bool> CompleteAsync(PendingSignIn pending, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        return await db.Set<PendingSignIn>().Where(p => p.Id == pending.Id && p.CompletedAt == null && p.ExpiresAt > now)
            .ExecuteUpdateAsync(set => set.SetProperty(p => p.CompletedAt, now), cancel) == 1;
    }
}

/// <summary>A sign-in whose password was right and whose second factor is missing. It gives access to nothing but its own completion.</summary>
public sealed class PendingSignIn
{
    /// <summary>UUIDv7.</summary>
    public Guid Id { get; init; } = Guid.CreateVersion7();

    /// <summary>The user who signs in.</summary>
    public required Guid UserId { get; init; }

    /// <summary>SHA-256 of the key in the browser's cookie or the client's <c>mfa_token</c>.</summary>
    public byte[] KeyHash { get; set; } = [];

    /// <summary>The methods used so far (RFC 8176).</summary>
    public required string[] Amr { get; init; }

    /// <summary>Whether the longer pair of session limits was requested.</summary>
    public bool Remember { get; init; }

    /// <summary>The name that the client gave.</summary>
    public string? DeviceName { get; init; }

    /// <summary>The known device of the first step: its codes are counted separately. Null if the account does not know it.</summary>
    public Guid? KnownDeviceId { get; init; }

    /// <summary>The user's token version when the password was right; a higher one makes this void.</summary>
    public required int TokenVersion { get; init; }

    /// <summary>The user's security stamp then; a different one makes this void.</summary>
    public string? SecurityStamp { get; init; }

    /// <summary>When it expires (UTC).</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>When it was completed (UTC). It can be completed once.</summary>
    public DateTimeOffset? CompletedAt { get; set; }
}

internal sealed class PendingSignInModel : IEntityTypeConfiguration<PendingSignIn>
{
    public void Configure(EntityTypeBuilder<PendingSignIn> pending)
    {
        pending.ToTable("pending_sign_ins");
        pending.HasOne<User>().WithMany().HasForeignKey(p => p.UserId);
        pending.Property(p => p.Id).ValueGeneratedNever();
        pending.HasIndex(p => p.ExpiresAt);
    }
}
