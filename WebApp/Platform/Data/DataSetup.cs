using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Npgsql;
using WebApp.Data.KeyRing;
using WebApp.Platform.Data.Encryption;
using WebApp.Platform.Data.KeyRing;
using WebApp.Platform.Startup;

namespace WebApp.Platform.Data;

/// <summary>Registers the database and the keys that protect its contents.</summary>
public static class DataSetup
{
    private const string ConnectionName = DatabaseSettings.ConnectionName;

    extension(WebApplicationBuilder builder)
    {
        /// <summary>Registers the database.</summary>
        /// <exception cref="StartupException">There is no usable connection string or master key.</exception>
        public void AddData()
        {
            var settings = DatabaseSettings.Read(builder.Configuration);
            BlockedThreads.Watch(new NpgsqlConnectionStringBuilder(settings.Requests).MaxPoolSize);
            builder.Services.AddSingleton(settings);
            builder.Services.AddSingleton(services =>
            {
                // If this process runs the server: created after it, and so disposed before it.
                services.GetService<IDatabaseServer>();
                return DatabaseSettings.CreateSource("webapp", settings.Requests, services.GetRequiredService<ILoggerFactory>());
            });
            builder.Services.AddSingleton(services =>
            {
                services.GetService<IDatabaseServer>();
                return new DirectDatabase(DatabaseSettings.CreateSource("webapp direct", settings.Direct, services.GetRequiredService<ILoggerFactory>()));
            });
            builder.Services.AddSingleton<PreparedDatabase>();
            builder.Services.AddSingleton<PreparedQueries>();
            builder.Services.AddPooledDbContextFactory<AppDbContext>((services, options) => options
                .UseNpgsql(services.GetRequiredService<NpgsqlDataSource>())
                .AddInterceptors(CommitCounter.Instance, services.GetRequiredService<PreparedQueries>())
                // A test compares the model with the snapshot, so a start does not.
                .ConfigureWarnings(warnings => warnings.Ignore(RelationalEventId.PendingModelChangesWarning)
                    // The code that catches a failed statement logs it, once. EF would log it too, with database messages that quote values.
                    .Ignore(CoreEventId.QueryIterationFailed, CoreEventId.SaveChangesFailed, CoreEventId.OptimisticConcurrencyException,
                        RelationalEventId.CommandError, RelationalEventId.ConnectionError, RelationalEventId.TransactionError)));
            builder.Services.AddScoped(services => services.GetRequiredService<IDbContextFactory<AppDbContext>>().CreateDbContext());

            builder.Services.Configure<IdentityOptions>(UseSchema);

            builder.Services.AddSingleton<SchemaUpgrade>();

            builder.Services.AddSingleton(MasterKeySource.Read(builder.Configuration, builder.Environment));
            builder.Services.AddSingleton<KeyRingRepository>();
            builder.Services.AddSingleton<MasterKeyDecryptor>();
            builder.Services.AddDataProtection().SetApplicationName("WebApp");
            builder.Services.AddOptions<KeyManagementOptions>().Configure<KeyRingRepository, MasterKey>((options, repository, master) =>
            {
                options.XmlRepository = repository;
                options.XmlEncryptor = new MasterKeyEncryptor(master);
            });
        }
    }

    extension(WebApplication app)
    {
        /// <summary>Migrates the schema, one node at a time, and checks that the master key decrypts the key ring.</summary>
        /// <exception cref="StartupException">The database cannot be reached, or belongs to another master key.</exception>
        public async Task PrepareDatabaseAsync(CancellationToken cancel = default)
        {
            try
            {
                await app.Services.GetRequiredService<SchemaUpgrade>().RunAsync(cancel);
                await app.Services.GetRequiredService<PreparedDatabase>().FindPoolerAsync(cancel);
            }
            catch (NpgsqlException failure)
            {
                throw new StartupException(Unusable(failure));
            }

            app.CheckMasterKey();
        }

        /// <summary>Checks that the master key decrypts the key ring. It changes nothing.</summary>
        /// <exception cref="StartupException">The database belongs to another master key.</exception>
        public void CheckMasterKey() => app.Services.GetRequiredService<KeyRingRepository>().Check(app.Services.GetRequiredService<MasterKeyDecryptor>());
    }

    // Version 3 has passkeys. The context reads the version from these options when it builds its model.
    internal static void UseSchema(IdentityOptions options) => options.Stores.SchemaVersion = IdentitySchemaVersions.Version3;

    /// <summary>One line that says why the database cannot be used. The full message of a PostgreSQL error has more, for developers.</summary>
    public static string Unusable(NpgsqlException failure)
    {
        var reason = failure is PostgresException refusal ? refusal.MessageText : failure.Message;
        return $"The database cannot be used: {reason.TrimEnd('.')}. Check ConnectionStrings:{ConnectionName}.";
    }
}
