using WebApp.Platform.Data;
using WebApp.Platform.Startup;

namespace WebApp.Operations.LocalPostgres;

/// <summary>Sets up the PostgreSQL of Development.</summary>
public static class LocalPostgresSetup
{
    extension(WebApplicationBuilder builder)
    {
        /// <summary>In Development without a connection string, starts this user's own PostgreSQL; it stops with the application.</summary>
        /// <exception cref="StartupException">There is no PostgreSQL on this machine.</exception>
        public async Task AddLocalPostgresAsync(CancellationToken cancel = default)
        {
            if (!builder.Environment.IsDevelopment() || builder.Configuration.GetConnectionString(DatabaseSettings.ConnectionName) is { Length: > 0 })
            {
                return;
            }

            try
            {
                using var loggers = LoggerFactory.Create(logging => logging.AddConfiguration(builder.Configuration.GetSection("Logging")).AddSimpleConsole());
                var local = await LocalServer.StartAsync(new() { Logger = loggers.CreateLogger<LocalServer>() }, cancel);
                builder.Configuration[$"ConnectionStrings:{DatabaseSettings.ConnectionName}"] = local.ConnectionString;
                builder.Services.AddSingleton<IDatabaseServer>(_ => local);
            }
            catch (Exception failure) when (failure is LocalServerUnavailableException or TimeoutException)
            {
                throw new StartupException(failure.Message);
            }
        }
    }
}
