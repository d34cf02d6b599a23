using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using OpenIddict.EntityFrameworkCore;
using OpenIddict.EntityFrameworkCore.Models;
using WebApp.Platform.Data;

namespace WebApp.Features.Applications;

/// <summary>A client of the OpenID Connect provider: an application that people sign in to, or a service account.</summary>
public sealed class Application : OpenIddictEntityFrameworkCoreApplication<Guid, ApplicationAuthorization, ApplicationToken>
{
    /// <summary>Names of roles; a user needs one of them, or membership in one of <see cref="AllowedGroups"/>. Both empty: every user may sign in.</summary>
    public string[] AllowedRoles { get; set; } = [];

    /// <summary>Groups whose members may sign in.</summary>
    public Guid[] AllowedGroups { get; set; } = [];

    /// <summary>Permissions of the application itself, for its client credentials: values of <see cref="Platform.Users.Permission"/>.</summary>
    public string[] OwnPermissions { get; set; } = [];

    /// <summary>Where a logout token is sent when a session ends (OpenID Connect Back-Channel Logout 1.0); null for none.</summary>
    public string? BackchannelLogoutUri { get; set; }

    /// <summary>The algorithm that signs its identity and logout tokens, <c>RS256</c>; null for ES256.</summary>
    public string? IdTokenAlgorithm { get; set; }

    /// <summary>The address of its picture elsewhere, for programs that read it from the API; null for none. Pages show <see cref="LogoHash"/>, and nothing is loaded from it.</summary>
    public string? LogoUri { get; set; }

    /// <summary>The hash of its picture in <see cref="ApplicationLogo"/>; null for none.</summary>
    public string? LogoHash { get; set; }

    /// <summary>Whether it was read from the configuration, and so cannot be changed here.</summary>
    public bool Configured { get; set; }

    /// <summary>When it was created (UTC).</summary>
    public DateTimeOffset CreatedAt { get; set; }
}

/// <summary>What an application was granted at one sign-in; its tokens hang on it, and are revoked together.</summary>
public sealed class ApplicationAuthorization : OpenIddictEntityFrameworkCoreAuthorization<Guid, Application, ApplicationToken>;

/// <summary>A scope beside the built-in ones.</summary>
public sealed class ApplicationScope : OpenIddictEntityFrameworkCoreScope<Guid>;

/// <summary>A code or token that an application was given.</summary>
public sealed class ApplicationToken : OpenIddictEntityFrameworkCoreToken<Guid, Application, ApplicationAuthorization>;

internal sealed class ApplicationModel : IEntityTypeConfiguration<Application>
{
    public void Configure(EntityTypeBuilder<Application> application)
    {
        new OpenIddictEntityFrameworkCoreApplicationConfiguration<Application, ApplicationAuthorization, ApplicationToken, Guid>().Configure(application);
        application.ToTable("applications");
        application.Property(a => a.Id).ValueGeneratedNever();
        application.Property(a => a.IdTokenAlgorithm).HasMaxLength(16);
        application.Property(a => a.LogoHash).HasMaxLength(ApplicationLogo.HashLength);
    }
}

internal sealed class ApplicationAuthorizationModel : IEntityTypeConfiguration<ApplicationAuthorization>
{
    public void Configure(EntityTypeBuilder<ApplicationAuthorization> authorization)
    {
        new OpenIddictEntityFrameworkCoreAuthorizationConfiguration<ApplicationAuthorization, Application, ApplicationToken, Guid>().Configure(authorization);
        authorization.ToTable("application_grants");
    }
}

internal sealed class ApplicationScopeModel : IEntityTypeConfiguration<ApplicationScope>
{
    public void Configure(EntityTypeBuilder<ApplicationScope> scope)
    {
        new OpenIddictEntityFrameworkCoreScopeConfiguration<ApplicationScope, Guid>().Configure(scope);
        scope.ToTable("application_scopes");
    }
}

internal sealed class ApplicationTokenModel : IEntityTypeConfiguration<ApplicationToken>
{
    public void Configure(EntityTypeBuilder<ApplicationToken> token)
    {
        new OpenIddictEntityFrameworkCoreTokenConfiguration<ApplicationToken, Application, ApplicationAuthorization, Guid>().Configure(token);
        token.ToTable("application_tokens");
        token.HasIndex(t => t.ExpirationDate);
    }
}

/// <summary>An application that was entered in a session: it is told when the session ends.</summary>
public sealed class ApplicationSession
{
    /// <summary>The session.</summary>
    public required Guid SessionId { get; init; }

    /// <summary>The application.</summary>
    public required Guid ApplicationId { get; init; }

    /// <summary>The user, for the logout token, which is sent after the session's row is gone too.</summary>
    public required Guid UserId { get; init; }

    /// <summary>When the application was last entered in it (UTC).</summary>
    public required DateTimeOffset GrantedAt { get; set; }

    /// <summary>When the logout token was handed to the outbox (UTC); null while the session is open.</summary>
    public DateTimeOffset? NotifiedAt { get; set; }
}

internal sealed class ApplicationSessionModel : IEntityTypeConfiguration<ApplicationSession>
{
    public void Configure(EntityTypeBuilder<ApplicationSession> entered)
    {
        entered.ToTable("application_sessions");
        entered.HasKey(e => new { e.SessionId, e.ApplicationId });
        entered.HasOne<Application>().WithMany().HasForeignKey(e => e.ApplicationId).OnDelete(DeleteBehavior.Cascade);
        entered.HasIndex(e => e.SessionId).HasFilter("notified_at IS NULL");
    }
}

/// <summary>What a user allowed an application to see.</summary>
public sealed class ApplicationConsent
{
    /// <summary>The user.</summary>
    public required Guid UserId { get; init; }

    /// <summary>The application.</summary>
    public required Guid ApplicationId { get; init; }

    /// <summary>The scopes they allowed.</summary>
    public required string[] Scopes { get; set; }

    /// <summary>When they last allowed something, or entered it (UTC).</summary>
    public required DateTimeOffset GrantedAt { get; set; }
}

internal sealed class ApplicationConsentModel : IEntityTypeConfiguration<ApplicationConsent>
{
    public void Configure(EntityTypeBuilder<ApplicationConsent> consent)
    {
        consent.ToTable("application_consents");
        consent.HasKey(c => new { c.UserId, c.ApplicationId });
        consent.HasOne<User>().WithMany().HasForeignKey(c => c.UserId).OnDelete(DeleteBehavior.Cascade);
        consent.HasOne<Application>().WithMany().HasForeignKey(c => c.ApplicationId).OnDelete(DeleteBehavior.Cascade);
    }
}

/// <summary>The tables of applications.</summary>
public static class ApplicationTables
{
    extension(AppDbContext db)
    {
        /// <summary>All clients.</summary>
        public DbSet<Application> Applications => db.Set<Application>();

        /// <summary>What users allowed.</summary>
        public DbSet<ApplicationConsent> ApplicationConsents => db.Set<ApplicationConsent>();

        /// <summary>The applications that were entered in a session.</summary>
        public DbSet<ApplicationSession> ApplicationSessions => db.Set<ApplicationSession>();

        /// <summary>Pictures of clients.</summary>
        public DbSet<ApplicationLogo> ApplicationLogos => db.Set<ApplicationLogo>();

        /// <summary>The key pairs that sign.</summary>
        public DbSet<ApplicationKeyRow> ApplicationKeys => db.Set<ApplicationKeyRow>();
    }
}
