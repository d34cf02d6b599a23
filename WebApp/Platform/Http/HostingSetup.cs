using System.Globalization;
using Microsoft.Extensions.Options;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Http.Proxies;
using WebApp.Platform.Http.Transport;
using WebApp.Platform.Startup;

namespace WebApp.Platform.Http;

/// <summary>Sets up what all features share: configuration sources, proxies, headers, failures and health.</summary>
public static class HostingSetup
{
    private const string SecretsKey = "SECRETS_DIRECTORY";
    private const string SecretsDirectory = "/run/secrets";

    extension(WebApplicationBuilder builder)
    {
        /// <summary>Registers the services. Later configuration sources override earlier ones: files, <c>.env</c>, environment, command line, key-per-file secrets.</summary>
        public void AddHosting()
        {
            // Formatted output must not depend on the machine's language.
            CultureInfo.DefaultThreadCurrentCulture = CultureInfo.DefaultThreadCurrentUICulture = CultureInfo.InvariantCulture;
            DotEnv.Add(builder.Configuration, builder.Environment);
            builder.Configuration.AddKeyPerFile(builder.Configuration[SecretsKey] is { Length: > 0 } directory ? Path.GetFullPath(directory) : SecretsDirectory, optional: true);
            builder.Services.AddOptions<AppOptions>().BindConfiguration("App")
                .PostConfigure(app => app.BaseUrl ??= builder.Environment.IsDevelopment() ? new Uri("http://localhost:5000") : null!)
                .Validate(app => app.BaseUrl is { IsAbsoluteUri: true, Scheme: "http" or "https" }, "App:BaseUrl must be the site's absolute address, such as https://accounts.example.org.")
                .Validate(
                    app => builder.Environment.IsDevelopment() || app.BaseUrl is not { IsAbsoluteUri: true, Scheme: "http", IsLoopback: false },
                    "App:BaseUrl must begin with https:// outside Development; only this machine's own name, as in http://localhost:8080, may do without.")
                .Configure<IConfiguration>((app, configuration) => configuration.GetSection("Branding").Bind(app.Branding))
                .Validate(app => app.Name is { Length: > 0 and <= 60 } && !app.Name.Any(char.IsControl), "App:Name must have 1 to 60 characters.")
                .ValidateOnStart();

            builder.Services.AddSingleton<IValidateOptions<AppOptions>, BrandingCheck>();
            builder.Services.AddOptions<PlaceOptions>().BindConfiguration("Places").ValidateOnStart();
            builder.Services.AddSingleton<IValidateOptions<PlaceOptions>, PlaceFile>();
            builder.Services.AddSingleton<ClientPlaces>();

            var startupLog = new StartupLogFilter();
            startupLog.Add(builder.Logging);
            builder.Services.AddSingleton(startupLog);
            builder.AddProxies();
            builder.AddTransport();
            builder.Services.AddSingleton(TimeProvider.System);
            builder.Services.AddSingleton<LogIntervals>();
            builder.Services.AddExceptionHandler<FailureRecorder>();
        }

        /// <summary>Registers the check of <c>/health/ready</c>. Needs the database.</summary>
        public void AddHealth()
        {
            builder.Services.AddSingleton<DatabaseHealth>(); // A singleton, because it keeps its last result.
            builder.Services.AddHealthChecks().AddCheck<DatabaseHealth>("database");
        }
    }

    extension(WebApplication app)
    {
        /// <summary>Validates all options before the database is used, so that a wrong setting changes nothing.</summary>
        /// <exception cref="StartupException">A value has the wrong type, such as text instead of a number.</exception>
        /// <exception cref="OptionsValidationException">A value is out of range; <see cref="AggregateException"/> if several options have such values.</exception>
        public void CheckSettings()
        {
            try
            {
                app.Services.GetRequiredService<IStartupValidator>().Validate();
            }
            catch (InvalidOperationException unreadable) when (unreadable.InnerException is FormatException or ArgumentException or OverflowException)
            {
                // The binder's message names the key.
                throw new StartupException(unreadable.Message);
            }
        }

        /// <summary>Adds the middleware for proxies and security headers.</summary>
        public void UseHosting()
        {
            app.Lifetime.ApplicationStarted.Register(app.Services.GetRequiredService<StartupLogFilter>().End);
            app.UseProxies();
            app.UseSecurityHeaders();
        }

        /// <summary>Maps <c>/health/live</c> (the process answers) and <c>/health/ready</c> (the database answers too).</summary>
        public void MapHealth()
        {
            app.MapHealthChecks("/health/live", new() { Predicate = _ => false });
            app.MapHealthChecks("/health/ready");
        }
    }
}

/// <summary>Checks the branding, and names the key that is wrong.</summary>
internal sealed class BrandingCheck : IValidateOptions<AppOptions>
{
    public ValidateOptionsResult Validate(string? name, AppOptions options) => options.Branding.Fault() is { } fault ? ValidateOptionsResult.Fail(fault) : ValidateOptionsResult.Success;
}
