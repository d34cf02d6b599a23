using Microsoft.Extensions.Options;

namespace WebApp.Hosting;

/// <summary>Configuration sources, limits, headers, failures and health: what stands around every feature.</summary>
public static class HostingSetup
{
    private const long MaxBodyBytes = 64 * 1024;
    private const string SecretsKey = "SECRETS_DIRECTORY";
    private const string SecretsDirectory = "/run/secrets";

    extension(WebApplicationBuilder builder)
    {
        /// <summary>Registers it. Later sources win: files, <c>.env</c>, environment, command line, key-per-file secrets.</summary>
        public void AddHosting()
        {
            DotEnv.Add(builder.Configuration, builder.Environment);
            builder.Configuration.AddKeyPerFile(builder.Configuration[SecretsKey] is { Length: > 0 } directory ? Path.GetFullPath(directory) : SecretsDirectory, optional: true);
            builder.Services.AddOptions<AppOptions>().BindConfiguration("App")
                .PostConfigure(app => app.BaseUrl ??= builder.Environment.IsDevelopment() ? new Uri("http://localhost:5000") : null!)
                .Validate(app => app.BaseUrl is { IsAbsoluteUri: true, Scheme: "http" or "https" }, "App:BaseUrl must be the site's absolute address, such as https://accounts.example.org.")
                .Validate(app => app.Name is { Length: > 0 and <= 60 } && !app.Name.Any(char.IsControl), "App:Name must have 1 to 60 characters.")
                .ValidateOnStart();

            var silence = new StartupSilence();
            silence.Keep(builder.Logging);
            builder.Services.AddSingleton(silence);
            builder.WebHost.ConfigureKestrel(kestrel =>
            {
                kestrel.AddServerHeader = false;
                kestrel.Limits.MaxRequestBodySize = MaxBodyBytes;
            });
            builder.Services.AddSingleton(TimeProvider.System);
            builder.Services.AddExceptionHandler<FailureRecorder>();
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

        /// <summary>Headers on every answer.</summary>
        public void UseHosting()
        {
            app.Lifetime.ApplicationStarted.Register(app.Services.GetRequiredService<StartupSilence>().End);
            app.UseSecurityHeaders();
            if (!app.Environment.IsDevelopment())
            {
                // Browsers reach it over HTTPS alone; between their proxy and here the last hop may be plain.
                app.Use((context, next) =>
                {
                    context.Request.Scheme = Uri.UriSchemeHttps;
                    return next(context);
                });
            }
        }

        /// <summary><c>/health/live</c>: the process answers. <c>/health/ready</c>: so does its database.</summary>
        public void MapHealth()
        {
            app.MapHealthChecks("/health/live", new() { Predicate = _ => false });
            app.MapHealthChecks("/health/ready");
        }
    }

    extension(IApplicationBuilder pipeline)
    {
        /// <summary>Refuses bodies that announce more than 64 KiB before anything reads them; others are cut off while being read.</summary>
        public void UseBodyLimit() => pipeline.Use((context, next) =>
        {
            if (context.Request.ContentLength > MaxBodyBytes)
            {
                context.Response.StatusCode = StatusCodes.Status413PayloadTooLarge;
                return Task.CompletedTask;
            }

            return next(context);
        });
    }
}
