using System.Text.Json;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.EntityFrameworkCore.Metadata.Conventions;

namespace WebApp.Platform.Data;

/// <summary>
/// The EF Core context of the one database. Identity's tables are mapped here; every other table is mapped by its feature's
/// <see cref="IEntityTypeConfiguration{TEntity}"/>, so this namespace does not depend on features.
/// </summary>
public sealed class AppDbContext(DbContextOptions<AppDbContext> options) : IdentityDbContext<User, Role, Guid>(options)
{
    /// <summary>The number of commits begun on this context. Contexts are pooled, so only the difference between two readings has a meaning.</summary>
    internal int Commits { get; set; }

    /// <inheritdoc/>
    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        builder.HasPostgresExtension("pg_trgm"); // For the search of users.
        builder.Entity<User>(user =>
        {
            user.ToTable("users");
            user.HasIndex(u => u.NormalizedEmail).IsUnique().HasDatabaseName("ix_users_normalized_email");
            user.HasIndex(u => u.NormalizedUserName).IsUnique().HasDatabaseName("ix_users_normalized_user_name");
            user.HasIndex(u => u.Id, "ix_users_international").HasDatabaseName("ix_users_international").HasFilter("normalized_email ~ '[^ -~]'");
            user.HasIndex(u => new { u.Email, u.DisplayName }).HasDatabaseName("ix_users_search").HasMethod("gin").HasOperators("gin_trgm_ops", "gin_trgm_ops");
            user.HasIndex(u => u.CreatedAt);
            user.HasIndex(u => u.DisplayName);
            user.HasIndex(u => u.Id, "ix_users_closed").HasDatabaseName("ix_users_closed").HasFilter("lockout_end IS NOT NULL OR deletion_requested_at IS NOT NULL");
            user.HasIndex(u => u.Id, "ix_users_unconfirmed").HasDatabaseName("ix_users_unconfirmed").HasFilter("NOT email_confirmed");
            user.HasIndex(u => u.TokenVersionAt).HasFilter("token_version_at IS NOT NULL");
            user.Property(u => u.Email).IsRequired();
            user.Property(u => u.NormalizedEmail).IsRequired();
            user.Property(u => u.DisplayName).HasMaxLength(100);
            user.Property(u => u.Language).HasMaxLength(16);
            user.Property(u => u.TimeZone).HasMaxLength(64);
            user.Property(u => u.EmailCodesEnabled).HasDefaultValue(false).ValueGeneratedNever(); // For inserts by nodes of releases that do not know the column.
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

/// <summary>Names every column, key, foreign key and index in snake_case, so that hand-written SQL needs no quotes.</summary>
public sealed class SnakeCaseConvention : IModelFinalizingConvention
{
    /// <inheritdoc/>
    public void ProcessModelFinalizing(IConventionModelBuilder modelBuilder, IConventionContext<IConventionModelBuilder> context)
    {
        foreach (var entity in modelBuilder.Metadata.GetEntityTypes())
        {
            if (entity.IsMappedToJson())
            {
                entity.SetContainerColumnName(Snake(entity.GetContainerColumnName()!));
                continue;
            }

            foreach (var property in entity.GetProperties())
            {
                property.Builder.HasColumnName(Snake(property.Name));
            }

            foreach (var key in entity.GetKeys())
            {
                key.Builder.HasName(Snake(key.GetName()!));
            }

            foreach (var foreignKey in entity.GetForeignKeys())
            {
                foreignKey.Builder.HasConstraintName(
                    $"fk_{entity.GetTableName()}_{foreignKey.PrincipalEntityType.GetTableName()}_{string.Join('_', foreignKey.Properties.Select(p => Snake(p.Name)))}");
            }

            foreach (var index in entity.GetIndexes())
            {
                index.Builder.HasDatabaseName($"ix_{entity.GetTableName()}_{string.Join('_', index.Properties.Select(p => Snake(p.Name)))}");
            }
        }
    }

    private static string Snake(string name) => JsonNamingPolicy.SnakeCaseLower.ConvertName(name);
}

/// <summary>
/// Creates the context for EF Core's tools (<c>dotnet ef</c>), without the application and without a database: the tools read the model. Commands that need
/// a database, such as <c>dotnet ef database update</c>, take <c>--connection</c>.
/// </summary>
public sealed class DesignTimeContexts : IDesignTimeDbContextFactory<AppDbContext>
{
    /// <inheritdoc/>
    public AppDbContext CreateDbContext(string[] args) => new(new DbContextOptionsBuilder<AppDbContext>()
        .UseNpgsql("Host=localhost;Database=webapp")
        .UseApplicationServiceProvider(new ServiceCollection().Configure<IdentityOptions>(DataSetup.UseSchema).BuildServiceProvider())
        .Options);
}
