using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using WebApp.Platform.Data;

namespace WebApp.Features.SecondFactors.Totp;

/// <summary>A user's authenticator app.</summary>
public sealed class TotpCredential
{
    /// <summary>Whose; one a user.</summary>
    public required Guid UserId { get; init; }

    /// <summary>The 160-bit secret, encrypted by Data Protection.</summary>
    public required byte[] Secret { get; set; }

    /// <summary>When it was offered (UTC).</summary>
    public required DateTimeOffset CreatedAt { get; set; }

    /// <summary>The session that asked for the offer. No other is shown it or can take it on: the secret may be somebody else's.</summary>
    public Guid? OfferedIn { get; init; }

    /// <summary>When a code proved that it was taken over (UTC); null before.</summary>
    public DateTimeOffset? ConfirmedAt { get; set; }

    /// <summary>The last time step whose code was used; neither it nor an earlier one works again (RFC 6238 5.2).</summary>
    public long? LastStep { get; set; }

    /// <summary>
    /// The latest steps whose codes were used, <see cref="MaxUsedSteps"/> at most. A clock that ran ahead and was set right leaves some that are still to
    /// come: those codes do not work again when their time comes, and keep none from working before.
    /// </summary>
    public long[] UsedSteps { get; init; } = [];

    /// <summary>How many used steps are kept: more than anybody uses within a clock's error.</summary>
    public const int MaxUsedSteps = 64;

    /// <summary>Whether the code of a step was used, as far as is remembered.</summary>
    public bool IsUsed(long step) => step == LastStep || UsedSteps.Contains(step);
}

internal sealed class TotpCredentialModel : IEntityTypeConfiguration<TotpCredential>
{
    public void Configure(EntityTypeBuilder<TotpCredential> totp)
    {
        totp.ToTable("totp_credentials");
        totp.HasKey(t => t.UserId);
        totp.Property(t => t.UsedSteps).HasDefaultValueSql("'{}'::bigint[]").ValueGeneratedNever(); // Not written by nodes of before there was one.
        totp.HasOne<User>().WithOne().HasForeignKey<TotpCredential>(t => t.UserId);
    }
}

/// <summary>Makes secrets and seals them for their rows, each for its owner: moved to another's row, one opens nothing.</summary>
public sealed class TotpSecrets(IDataProtectionProvider protection)
{
    private readonly IDataProtector protector = protection.CreateProtector("Mfa.Totp");

    /// <summary>A new secret.</summary>
    public static byte[] New() => RandomNumberGenerator.GetBytes(TimeCode.SecretSize);

    /// <summary>Encrypts and authenticates a secret.</summary>
    public byte[] Seal(Guid userId, byte[] secret) => For(userId).Protect(secret);

    /// <summary>Opens a row's secret.</summary>
    /// <exception cref="CryptographicException">It was not sealed for this user by this installation.</exception>
    public byte[] Open(Guid userId, byte[] sealedSecret) => For(userId).Unprotect(sealedSecret);

    private IDataProtector For(Guid userId) => protector.CreateProtector(userId.ToString("N"));
}
