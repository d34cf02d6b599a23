using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace WebApp.Platform.Data;

/// <summary>
/// Makes the context for EF Core's tools (<c>dotnet ef</c>), without the application and without a database: the tools read the model. What asks a database,
/// such as <c>dotnet ef database update</c>, takes <c>--connection</c>.
/// </summary>
public sealed class DesignTimeContexts : IDesignTimeDbContextFactory<AppDbContext>
{
    /// <inheritdoc/>
    public AppDbContext CreateDbContext(string[] args) => new(new DbContextOptionsBuilder<AppDbContext>()
        .UseNpgsql("Host=localhost;Database=webapp")
        .UseApplicationServiceProvider(new ServiceCollection().Configure<IdentityOptions>(DataSetup.UseSchema).BuildServiceProvider())
        .Options);
}
