using WebApp.Platform.Workers;

namespace WebApp.Features.Alerts;

/// <summary>Sets up alerts and their notifications.</summary>
public static class AlertsSetup
{
    extension(WebApplicationBuilder builder)
    {
        /// <summary>Registers the services.</summary>
        public void AddAlerts()
        {
            builder.Services.AddOptions<AlertOptions>().BindConfiguration("Alerts")
                .Configure<IConfiguration>((alerts, configuration) => alerts.ReadAddresses(configuration.GetSection("Admin:AlertEmails")))
                .Validate(o => o is { AccountsPerAddress: >= 2 and <= 10_000, AddressesPerAccount: >= 2 and <= 10_000 }, "Alerts:AccountsPerAddress and Alerts:AddressesPerAccount must be 2 to 10000.")
                .Validate(o => o is { WindowMinutes: >= 1 and <= 1440, DigestMinutes: >= 1 and <= 1440 }, "Alerts:WindowMinutes and Alerts:DigestMinutes must be 1 to 1440.")
                .Validate(o => ((o.ToUser | o.ToAdministrators | o.ToWebhook) & ~AlertKinds.All) == 0, $"Alerts:ToUser, Alerts:ToAdministrators and Alerts:ToWebhook must be names of {AlertKinds.All:G}, separated by commas, or None or All.")
                .Validate(o => o.HasValidAddresses, "Admin:AlertEmails must be bare e-mail addresses, separated by commas.")
                .ValidateOnStart();
            builder.Services.AddSingleton<OwnerAlerts>();
            builder.Services.AddSingleton<AlertService>();
            builder.Services.AddSingleton<Suspicion>();
            builder.Services.AddSingleton<AdministratorDigest>();
            builder.Services.AddHostedService<DigestWorker>();
            builder.Services.AddPruning("DELETE FROM alerts WHERE at < $1 - interval '90 days' AND (told_at IS NOT NULL OR NOT for_administrators)");
            builder.Services.AddRowLimit("alerts", "at", 100_000, "(told_at IS NOT NULL OR NOT for_administrators)");
        }
    }
}
