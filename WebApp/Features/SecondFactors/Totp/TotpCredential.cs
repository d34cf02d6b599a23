using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using WebApp.Platform.Data;

namespace WebApp.Features.SecondFactors.Totp;

/// <summary>A user's authenticator app.</summary>
public sealed class TotpCredential
{
    /// <summary>The user; each has at most one.</summary>
    public required Guid UserId { get; init; }

    /// <summary>The 160-bit secret, encrypted by Data Protection.</summary>
    public required byte[] Secret { get; set; }

    /// <summary>When it was offered (UTC).</summary>
    public required DateTimeOffset CreatedAt { get; set; }

    /// <summary>The session that asked for the secret. No other session can see or confirm it: the secret may be another person's.</summary>
    public Guid? OfferedIn { get; init; }

    /// <summary>When a code confirmed the secret (UTC); null before.</summary>
    public DateTimeOffset? ConfirmedAt { get; set; }

    /// <summary>The last time step whose code was used; that code and earlier ones do not work again (RFC 6238 5.2).</summary>
    public long? LastStep { get; set; }

    /// <summary>
    /// The latest steps whose codes were used, at most <see cref="MaxUsedSteps"/>. If a clock was ahead and was corrected, some of these steps are in the
    /// future: their codes do not work again at their time, and do not block the codes before them.
    /// </summary>
    public long[] UsedSteps { get; init; } = [];

    /// <summary>How many used steps are stored: more than a user needs within a clock's error.</summary>
    public const int MaxUsedSteps = 64;

    /// <summary>Whether the code of a step was used, as far as stored.</summary>
    public bool IsUsed(long step) => step == LastStep || UsedSteps.Contains(step);
}

internal sealed class TotpCredentialModel : IEntityTypeConfiguration<TotpCredential>
{
    public void Configure(EntityTypeBuilder<TotpCredential> totp)
    {
        totp.ToTable("totp_credentials");
        totp.HasKey(t => t.UserId);
        totp.HasIndex(t => t.UserId).HasDatabaseName("ix_totp_credentials_unconfirmed").HasFilter("confirmed_at IS NULL");
        totp.Property(t => t.UsedSteps).HasDefaultValueSql("'{}'::bigint[]").ValueGeneratedNever(); // Older nodes do not write it.
        totp.HasOne<User>().WithOne().HasForeignKey<TotpCredential>(t => t.UserId);
    }
}

/// <summary>Creates secrets and encrypts each for its owner: in another user's row it cannot be decrypted.</summary>
public sealed class TotpSecrets(IDataProtectionProvider protection)
{
    private readonly IDataProtector protector = protection.CreateProtector("Mfa.Totp");

    /// <summary>A new secret.</summary>
    public static byte[] New() => RandomNumberGenerator.GetBytes(TimeCode.SecretSize);

    /// <summary>Encrypts and authenticates a secret.</summary>
    public byte[] Seal(Guid userId, byte[] secret) => For(userId).Protect(secret);

    /// <summary>Decrypts a row's secret.</summary>
    /// <exception cref="CryptographicException">It was not encrypted for this user by this installation.</exception>
    public byte[] Open(Guid userId, byte[] sealedSecret) => For(userId).Unprotect(sealedSecret);

    private IDataProtector For(Guid userId) => protector.CreateProtector(userId.ToString("N"));
}
