using System.Globalization;
using Microsoft.Extensions.Options;
using WebApp.Platform.Http.Proxies;
using WebApp.Platform.Http.Transport;
using WebApp.Platform.Startup;

namespace WebApp.Platform.Http;

/// <summary>Configuration sources, proxies, headers, failures and health: what stands around every feature.</summary>
public static class HostingSetup
{
    private const string SecretsKey = "SECRETS_DIRECTORY";
    private const string SecretsDirectory = "/run/secrets";

    extension(WebApplicationBuilder builder)
    {
        /// <summary>Registers it. Later sources win: files, <c>.env</c>, environment, command line, key-per-file secrets.</summary>
        public void AddHosting()
        {
            // What is written does not depend on the language of the machine.
            CultureInfo.DefaultThreadCurrentCulture = CultureInfo.DefaultThreadCurrentUICulture = CultureInfo.InvariantCulture;
            DotEnv.Add(builder.Configuration, builder.Environment);
            builder.Configuration.AddKeyPerFile(builder.Configuration[SecretsKey] is { Length: > 0 } directory ? Path.GetFullPath(directory) : SecretsDirectory, optional: true);
            builder.Services.AddOptions<AppOptions>().BindConfiguration("App")
                .PostConfigure(app => app.BaseUrl ??= builder.Environment.IsDevelopment() ? new Uri("http://localhost:5000") : null!)
                .Validate(app => app.BaseUrl is { IsAbsoluteUri: true, Scheme: "http" or "https" }, "App:BaseUrl must be the site's absolute address, such as https://accounts.example.org.")
                .Validate(
                    app => builder.Environment.IsDevelopment() || app.BaseUrl is not { IsAbsoluteUri: true, Scheme: "http", IsLoopback: false },
                    "App:BaseUrl must begin with https:// outside Development; only this machine's own name, as in http://localhost:8080, may do without.")
                .Validate(app => app.Name is { Length: > 0 and <= 60 } && !app.Name.Any(char.IsControl), "App:Name must have 1 to 60 characters.")
                .ValidateOnStart();

            var silence = new StartupSilence();
            silence.Keep(builder.Logging);
            builder.Services.AddSingleton(silence);
            builder.AddProxies();
            builder.AddTransport();
            builder.Services.AddSingleton(TimeProvider.System);
            builder.Services.AddSingleton<LogIntervals>();
            builder.Services.AddExceptionHandler<FailureRecorder>();
        }

        /// <summary>Registers what <c>/health/ready</c> asks. Needs the database.</summary>
        public void AddHealth()
        {
            builder.Services.AddSingleton<DatabaseHealth>(); // One, which keeps its last answer.
            builder.Services.AddHealthChecks().AddCheck<DatabaseHealth>("database");
        }
    }

    extension(WebApplication app)
    {
        /// <summary>Reads every option once, before the database is touched: a wrong setting changes nothing.</summary>
        /// <exception cref="StartupException">A value is not of its key's kind, such as a word for a number.</exception>
        /// <exception cref="OptionsValidationException">A value is out of range; <see cref="AggregateException"/> where several options have such.</exception>
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

        /// <summary>Who asks, and headers on every answer.</summary>
        public void UseHosting()
        {
            app.Lifetime.ApplicationStarted.Register(app.Services.GetRequiredService<StartupSilence>().End);
            app.UseProxies();
            app.UseSecurityHeaders();
        }

        /// <summary><c>/health/live</c>: the process answers. <c>/health/ready</c>: so does its database.</summary>
        public void MapHealth()
        {
            app.MapHealthChecks("/health/live", new() { Predicate = _ => false });
            app.MapHealthChecks("/health/ready");
        }
    }
}
