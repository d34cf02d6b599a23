using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using WebApp.Platform.Data;
using WebApp.Tests.Support;

namespace WebApp.Tests.Platform.Mail;

/// <summary>Databases for outbox tests, without the application around them.</summary>
public static class OutboxDatabase
{
    // The context takes Identity's schema version from the application's options.
    private static readonly ServiceProvider Services = new ServiceCollection()
        .Configure<IdentityOptions>(identity => identity.Stores.SchemaVersion = IdentitySchemaVersions.Version3)
        .BuildServiceProvider();

    /// <summary>A fresh database.</summary>
    public static async Task<IDbContextFactory<AppDbContext>> CreateAsync() => new PooledDbContextFactory<AppDbContext>(
        new DbContextOptionsBuilder<AppDbContext>().UseNpgsql(await TestServer.NewDatabaseAsync()).UseApplicationServiceProvider(Services).Options);
}
