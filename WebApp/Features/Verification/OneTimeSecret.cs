using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using WebApp.Platform.Data;

namespace WebApp.Features.Verification;

/// <summary>A mailed secret that works exactly once: a link token, and a short code as an alternative. Only hashes are stored.</summary>
public sealed class OneTimeSecret
{
    /// <summary>UUIDv7.</summary>
    public Guid Id { get; init; } = Guid.CreateVersion7();

    /// <summary>Its purpose, see <see cref="SecretPurpose"/>.</summary>
    public required string Purpose { get; init; }

    /// <summary>The user; null for a decoy, which was sent to nobody.</summary>
    public Guid? UserId { get; init; }

    /// <summary>The pending sign-in or session it is valid for, or the session that asked for it; null if it is valid by itself.</summary>
    public Guid? BoundTo { get; init; }

    /// <summary>The address it is about, if that is not the account's.</summary>
    public string? Address { get; init; }

    /// <summary>SHA-256 of the 256-bit link token.</summary>
    public required byte[] TokenHash { get; init; }

    /// <summary>Keyed hash of the code; the key is not in the database, so the code cannot be found from a dump.</summary>
    public required byte[] CodeHash { get; init; }

    /// <summary>How often a code was tried against it.</summary>
    public int CodeTries { get; set; }

    /// <summary>When it was created (UTC).</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it expires (UTC).</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>When it was used or replaced (UTC).</summary>
    public DateTimeOffset? ConsumedAt { get; set; }
}

internal sealed class OneTimeSecretModel : IEntityTypeConfiguration<OneTimeSecret>
{
    public void Configure(EntityTypeBuilder<OneTimeSecret> secret)
    {
        secret.ToTable("one_time_secrets");
        secret.HasOne<User>().WithMany().HasForeignKey(s => s.UserId).OnDelete(DeleteBehavior.Cascade);
        secret.Property(s => s.Id).ValueGeneratedNever();
        secret.HasIndex(s => s.TokenHash).IsUnique();
        secret.HasIndex(s => s.ExpiresAt);
    }
}

/// <summary>The table of one-time secrets.</summary>
public static class OneTimeSecretTables
{
    extension(AppDbContext db)
    {
        /// <summary>Valid and used secrets, until they are pruned.</summary>
        public DbSet<OneTimeSecret> OneTimeSecrets => db.Set<OneTimeSecret>();
    }
}

/// <summary>The purposes of one-time secrets. A secret of one purpose is not valid for another.</summary>
public static class SecretPurpose
{
    /// <summary>
    /// Confirms the address of a new account. The value is used in events; only earlier versions created secrets for it, and they are no longer accepted.
    /// </summary>
    public const string ConfirmEmail = "confirm-email";

    /// <summary>Allows replacing a forgotten password.</summary>
    public const string ResetPassword = "reset-password";

    /// <summary>A second-factor code, bound to a pending sign-in or a session.</summary>
    public const string SecondFactor = "second-factor";

    /// <summary>Confirms that the account's owner reads a new address.</summary>
    public const string ChangeEmail = "change-email";

    /// <summary>Restores the old address, from the old mailbox.</summary>
    public const string UndoEmailChange = "undo-email-change";

    /// <summary>“This wasn't me.”</summary>
    public const string NotMe = "not-me";
}

/// <summary>The additional properties of a one-time secret.</summary>
public sealed record SecretTerms
{
    /// <summary>The default: not bound, about the account's own address.</summary>
    public static readonly SecretTerms Usual = new();

    /// <summary>The pending sign-in or session it is valid for, or the session that asked for it.</summary>
    public Guid? BoundTo { get; init; }

    /// <summary>The address it is about.</summary>
    public string? Address { get; init; }

    /// <summary>The number of digits of its code: eight, or six if guesses are also limited for the account.</summary>
    public int CodeDigits { get; init; } = 8;
}
