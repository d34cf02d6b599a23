using WebApp.Features.Audit.Figures;
using WebApp.Features.Sessions.Impersonating;
using WebApp.Platform.Http;
using WebApp.Platform.Workers;

namespace WebApp.Features.Sessions;

/// <summary>Sets up sessions and the session cookie.</summary>
public static class SessionsSetup
{
    private const string OpenSessions = "revoked_at IS NULL AND least(expires_at, coalesce(refresh_rotated_at, last_seen_at) + idle_limit) > $1";

    extension(WebApplicationBuilder builder)
    {
        /// <summary>Registers the session services, options and cookie scheme.</summary>
        public void AddSessions()
        {
            builder.Services.AddOptions<SessionOptions>().BindConfiguration("Sessions")
                .Validate(o => o.IdleMinutes is > 0 and < 1440, "Sessions:IdleMinutes must be at least 1 and less than a day.")
                .Validate(o => o.AbsoluteHours > 0, "Sessions:AbsoluteHours must be at least 1.")
                .Validate(o => o.RememberIdleDays > 0, "Sessions:RememberIdleDays must be at least 1.")
                .Validate(o => o.RememberAbsoluteDays > 0, "Sessions:RememberAbsoluteDays must be at least 1.")
                .Validate(o => o.MaxPerUser is >= 1 and <= 10_000, "Sessions:MaxPerUser must be from 1 to 10000.")
                .Validate(o => Enum.IsDefined(o.Binding), "Sessions:Binding must be Off, Monitor or Enforce.")
                .ValidateOnStart();
            builder.Services.AddSingleton<LastSeen>();
            builder.Services.AddHostedService(services => services.GetRequiredService<LastSeen>());
            builder.Services.AddSingleton<SessionBinding>();
            builder.Services.AddSingleton<BrowserSessions>();
            builder.Services.AddSingleton<SessionCookie>();
            builder.Services.AddSingleton<Impersonations>();
            builder.Services.AddSingleton<ImpersonationCookie>();
            builder.Services.AddSingleton<ImpersonationEnds>();
            builder.Services.AddHostedService(services => services.GetRequiredService<ImpersonationEnds>());
            builder.Services.AddScoped<SessionDirectory>();
            builder.Services.AddScoped<SessionLimit>();
            builder.Services.AddScoped<KnownDevices>();
            builder.Services.AddScoped<ClientHistory>();
            builder.Services.AddSingleton<DeviceCookie>();
            builder.Services.AddRowGauge(MetricName.ActiveSessions, "sessions", OpenSessions);
            builder.Services.AddRowGauge(MetricName.ApiSessions, "sessions", OpenSessions + " AND kind = 'api'");
            builder.Services.AddPruning("DELETE FROM sessions WHERE expires_at < $1 - interval '30 days' AND (revoked_at IS NULL OR revoked_at < $1 - interval '30 days')");
            builder.Services.AddPruning("DELETE FROM known_devices WHERE least(revoked_at, last_seen_at + interval '180 days') < $1 - interval '30 days'");
            builder.Services.AddPruning("DELETE FROM known_devices WHERE kind = 'api' AND revoked_at < $1 - interval '1 day'"); // A script that stores no device token creates a device at each sign-in.
            builder.Services.AddPruning("DELETE FROM impersonations WHERE expires_at < $1 - interval '30 days'");
            builder.Services.AddAuthentication(SessionCookieOptions.Scheme).AddScheme<SessionCookieOptions, SessionCookieHandler>(
                SessionCookieOptions.Scheme, options => options.Secure = !builder.Environment.IsDevelopment());
        }
    }

    extension(WebApplication app)
    {
        /// <summary>Reads the cookie of every request, except for the API, which does not accept it.</summary>
        public void UseSessions()
        {
            // UseAuthentication sets this property only on its branch. Without it here, the host would add authentication before everything, for all
            // requests.
            ((IApplicationBuilder)app).Properties["__AuthenticationMiddlewareSet"] = true;
            app.UseWhen(context => !context.IsApiRequest, pages => pages.UsePageAuthentication());
        }
    }
}
