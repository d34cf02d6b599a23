using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;

namespace WebApp.Platform.Data;

/// <summary>
/// The one database. Identity's tables are mapped here; every other table is mapped by its feature's
/// <see cref="IEntityTypeConfiguration{TEntity}"/>, so this room knows none of them.
/// </summary>
public sealed class AppDbContext(DbContextOptions<AppDbContext> options) : IdentityDbContext<User, Role, Guid>(options)
{
    /// <summary>How many commits of this context were begun; only a difference says anything, for contexts are pooled.</summary>
    internal int Commits { get; set; }

    /// <inheritdoc/>
    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        builder.Entity<User>(user =>
        {
            user.ToTable("users");
            user.HasIndex(u => u.NormalizedEmail).IsUnique().HasDatabaseName("ix_users_normalized_email");
            user.HasIndex(u => u.NormalizedUserName).IsUnique().HasDatabaseName("ix_users_normalized_user_name");
            user.HasIndex(u => u.Id).HasDatabaseName("ix_users_international").HasFilter("normalized_email ~ '[^ -~]'");
            user.HasIndex(u => u.TokenVersionAt).HasFilter("token_version_at IS NOT NULL");
            user.Property(u => u.Email).IsRequired();
            user.Property(u => u.NormalizedEmail).IsRequired();
            user.Property(u => u.DisplayName).HasMaxLength(100);
            user.Property(u => u.EmailCodesEnabled).HasDefaultValue(false).ValueGeneratedNever(); // Written by nodes of before there were such codes.
        });
        builder.Entity<Role>().ToTable("roles").HasIndex(r => r.NormalizedName).IsUnique().HasDatabaseName("ix_roles_normalized_name");
        builder.Entity<IdentityUserRole<Guid>>().ToTable("user_roles");
        builder.Entity<IdentityUserClaim<Guid>>().ToTable("user_claims");
        builder.Entity<IdentityRoleClaim<Guid>>().ToTable("role_claims");
        builder.Entity<IdentityUserLogin<Guid>>().ToTable("user_logins");
        builder.Entity<IdentityUserToken<Guid>>().ToTable("user_tokens");
        builder.Entity<IdentityUserPasskey<Guid>>().ToTable("user_passkeys").Property<DateTimeOffset?>("LastUsedAt");
        builder.ApplyConfigurationsFromAssembly(typeof(AppDbContext).Assembly);
    }

    /// <inheritdoc/>
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        base.ConfigureConventions(configurationBuilder);
        configurationBuilder.Conventions.Add(_ => new SnakeCaseConvention());
    }
}
