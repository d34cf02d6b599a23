using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;

namespace WebApp.Peers;

/// <summary>The tables of ASP.NET Identity, as its documentation sets them up, and one of refresh tokens.</summary>
internal sealed class PeerDatabase(DbContextOptions<PeerDatabase> options) : IdentityDbContext<IdentityUser>(options)
{
    /// <summary>Used by <see cref="RotationApplication"/> alone.</summary>
    public DbSet<RefreshToken> RefreshTokens => Set<RefreshToken>();

    /// <inheritdoc/>
    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        builder.Entity<RefreshToken>().HasIndex(token => token.Token).IsUnique();
    }

    /// <summary>Adds it to an application that finds its database in the environment.</summary>
    public static void AddTo(WebApplicationBuilder builder, Action<DbContextOptionsBuilder>? more = null) =>
        builder.Services.AddDbContext<PeerDatabase>(options =>
        {
            options.UseNpgsql(Environment.GetEnvironmentVariable(Program.DatabaseVariable));
            more?.Invoke(options);
        });

    /// <summary>Makes the tables.</summary>
    public static async Task CreateAsync(WebApplication app)
    {
        await using var scope = app.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<PeerDatabase>().Database.EnsureCreatedAsync();
    }
}

/// <summary>A refresh token as tutorials keep it.</summary>
internal sealed class RefreshToken
{
    public int Id { get; init; }

    public required string Token { get; init; }

    public required string UserId { get; init; }

    public IdentityUser? User { get; init; }

    public required DateTime Created { get; init; }

    public required DateTime Expires { get; init; }

    public DateTime? Revoked { get; set; }

    public string? ReplacedByToken { get; set; }
}
