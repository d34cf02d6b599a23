using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using WebApp.Platform.Data;

namespace WebApp.Features.SignIn.External;

/// <summary>A user's account at an outside provider that signs them in here. The pair of issuer and subject is the identity; an address never is.</summary>
public sealed class ExternalLogin
{
    /// <summary>The longest issuer.</summary>
    public const int MaxIssuer = 512;

    /// <summary>The longest subject (OpenID Connect Core 1.0, section 2).</summary>
    public const int MaxSubject = 255;

    /// <summary>UUIDv7.</summary>
    public required Guid Id { get; init; }

    /// <summary>The account here.</summary>
    public required Guid UserId { get; init; }

    /// <summary>Who says so: <c>iss</c>.</summary>
    public required string Issuer { get; init; }

    /// <summary>The account there: <c>sub</c>.</summary>
    public required string Subject { get; init; }

    /// <summary>The name of the provider in the configuration.</summary>
    public required string Provider { get; init; }

    /// <summary>The address of the account there when it was linked, or its name, to tell one from another; nothing is decided by it.</summary>
    public string? Label { get; init; }

    /// <summary>When it was linked (UTC).</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it last signed the user in (UTC); null if never.</summary>
    public DateTimeOffset? LastUsedAt { get; set; }

    /// <summary>A new row for an account.</summary>
    public static ExternalLogin Create(Guid userId, ExternalIdentity identity, DateTimeOffset now) => new()
    {
        Id = Guid.CreateVersion7(),
        UserId = userId,
        Issuer = identity.Issuer,
        Subject = identity.Subject,
        Provider = identity.Provider,
        Label = identity.Label,
        CreatedAt = now,
    };
}

internal sealed class ExternalLoginModel : IEntityTypeConfiguration<ExternalLogin>
{
    public void Configure(EntityTypeBuilder<ExternalLogin> login)
    {
        login.ToTable("external_logins");
        login.HasOne<User>().WithMany().HasForeignKey(l => l.UserId).OnDelete(DeleteBehavior.Cascade);
        login.Property(l => l.Id).ValueGeneratedNever();
        login.Property(l => l.Issuer).HasMaxLength(ExternalLogin.MaxIssuer);
        login.Property(l => l.Subject).HasMaxLength(ExternalLogin.MaxSubject);
        login.HasIndex(l => new { l.Issuer, l.Subject }).IsUnique();
        login.HasIndex(l => l.UserId);
    }
}

/// <summary>The table of external logins.</summary>
public static class ExternalLoginTables
{
    extension(AppDbContext db)
    {
        /// <summary>All external logins.</summary>
        public DbSet<ExternalLogin> ExternalLogins => db.Set<ExternalLogin>();
    }
}
