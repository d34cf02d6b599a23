using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using WebApp.Platform.Data;

namespace WebApp.Features.Tokens;

/// <summary>The managed keys in the database, with encrypted secrets.</summary>
public sealed class SigningKeyStore(DirectDatabase database, IDataProtectionProvider protection, SigningKeySchedule schedule)
{
    private readonly IDataProtector protector = protection.CreateProtector("Tokens.SigningKeys");
    private readonly KeyTable table = new(database, "signing_keys", 0x7369676E_6B657973, schedule);

    /// <summary>The keys that still verify. Empty before the first <see cref="ApplyAsync"/>.</summary>
    public async Task<IReadOnlyList<SigningKey>> LoadAsync(DateTimeOffset now, CancellationToken cancel) => Open(await table.ReadAsync(cancel), now);

    /// <summary>Applies the schedule and returns the keys that still verify.</summary>
    public Task<IReadOnlyList<SigningKey>> ApplyAsync(DateTimeOffset now, bool rotate, CancellationToken cancel) =>
        table.ApplyAsync(now, rotate, () => protector.Protect(RandomNumberGenerator.GetBytes(32)), (_, rows) => Task.FromResult(Open(rows, now)), cancel);

    private IReadOnlyList<SigningKey> Open(IReadOnlyList<SigningKeyRow> rows, DateTimeOffset now) =>
        [.. rows.Where(row => row.RetiresAt is null || row.RetiresAt > now).Select(Open)];

    private SigningKey Open(SigningKeyRow row)
    {
        try
        {
            return new(row.Id, protector.Unprotect(row.Secret), row.ActivatesAt, row.RetiresAt);
        }
        catch (CryptographicException e)
        {
            throw new InvalidOperationException($"Signing key {row.Id} cannot be decrypted: MASTER_KEY is not the one it was stored under.", e);
        }
    }
}

/// <summary>The changes to make to the managed keys.</summary>
/// <param name="Announce">When the new key becomes active (UTC); null for none.</param>
/// <param name="Retire">Keys whose retirement is decided or postponed, and its time (UTC).</param>
/// <param name="Forget">Keys that retired so long ago that their rows can be deleted.</param>
public sealed record SigningKeyPlan(
    DateTimeOffset? Announce, IReadOnlyList<(string Id, DateTimeOffset RetiresAt)> Retire, IReadOnlyList<string> Forget)
{
    /// <summary>Whether there is nothing to do.</summary>
    public bool IsEmpty => Announce is null && Retire.Count == 0 && Forget.Count == 0;
}

/// <summary>A managed signing key as stored: its secret is encrypted with the key ring.</summary>
public sealed class SigningKeyRow
{
    /// <summary>The <c>kid</c>: 16 characters base64url.</summary>
    public required string Id { get; init; }

    /// <summary>The 256-bit HMAC key, encrypted by Data Protection.</summary>
    public required byte[] Secret { get; init; }

    /// <summary>When it was created and announced (UTC).</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it starts to sign (UTC).</summary>
    public required DateTimeOffset ActivatesAt { get; init; }

    /// <summary>When it stops verifying (UTC); null while no successor is active.</summary>
    public DateTimeOffset? RetiresAt { get; set; }
}

internal sealed class SigningKeyModel : IEntityTypeConfiguration<SigningKeyRow>
{
    public void Configure(EntityTypeBuilder<SigningKeyRow> key) => key.ToTable("signing_keys");
}

/// <summary>The table of managed signing keys.</summary>
public static class SigningKeyTables
{
    extension(AppDbContext db)
    {
        /// <summary>Managed keys, current, announced and retired.</summary>
        public DbSet<SigningKeyRow> SigningKeys => db.Set<SigningKeyRow>();
    }
}
