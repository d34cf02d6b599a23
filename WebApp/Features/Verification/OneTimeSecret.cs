using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using WebApp.Platform.Data;

namespace WebApp.Features.Verification;

/// <summary>Something mailed that works exactly once: a link token, and a short code to type in its place. Only hashes are kept.</summary>
public sealed class OneTimeSecret
{
    /// <summary>UUIDv7.</summary>
    public Guid Id { get; init; } = Guid.CreateVersion7();

    /// <summary>What it may be used for, see <see cref="SecretPurpose"/>.</summary>
    public required string Purpose { get; init; }

    /// <summary>Whose it is; null for a decoy, which nobody was told of.</summary>
    public Guid? UserId { get; init; }

    /// <summary>The pending sign-in or session it is good for, or who asked for it; null where it is good on its own.</summary>
    public Guid? BoundTo { get; init; }

    /// <summary>The address it speaks of, where that is not the account's.</summary>
    public string? Address { get; init; }

    /// <summary>SHA-256 of the 256-bit link token.</summary>
    public required byte[] TokenHash { get; init; }

    /// <summary>Keyed hash of the code; the key is not in the database, so a dump cannot be searched for it.</summary>
    public required byte[] CodeHash { get; init; }

    /// <summary>How often a code was tried against it.</summary>
    public int CodeTries { get; set; }

    /// <summary>When it was made (UTC).</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it stops working (UTC).</summary>
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
        /// <summary>Live and used secrets, until they are pruned.</summary>
        public DbSet<OneTimeSecret> OneTimeSecrets => db.Set<OneTimeSecret>();
    }
}

/// <summary>What a one-time secret may be used for. A secret of one purpose is nothing to another.</summary>
public static class SecretPurpose
{
    /// <summary>
    /// Proves that the address of a new account is read by its owner. The word stands in events; secrets of it were made by earlier versions alone, and
    /// confirm nothing any more.
    /// </summary>
    public const string ConfirmEmail = "confirm-email";

    /// <summary>Lets a forgotten password be replaced.</summary>
    public const string ResetPassword = "reset-password";

    /// <summary>A second-factor code, bound to a pending sign-in or a session.</summary>
    public const string SecondFactor = "second-factor";

    /// <summary>Proves that a new address is read by the account's owner.</summary>
    public const string ChangeEmail = "change-email";

    /// <summary>Takes the old address back, from the old mailbox.</summary>
    public const string UndoEmailChange = "undo-email-change";

    /// <summary>“This wasn't me.”</summary>
    public const string NotMe = "not-me";
}

/// <summary>What is particular about a one-time secret.</summary>
public sealed record SecretTerms
{
    /// <summary>The usual: bound to nothing, about the account's own address.</summary>
    public static readonly SecretTerms Usual = new();

    /// <summary>The step it belongs to: the pending sign-in or session it is good for, or who asked for it.</summary>
    public Guid? BoundTo { get; init; }

    /// <summary>The address it speaks of.</summary>
    public string? Address { get; init; }

    /// <summary>How many digits its code has: eight, or six where guesses are limited for the account as well.</summary>
    public int CodeDigits { get; init; } = 8;
}
