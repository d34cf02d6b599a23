using WebApp.Platform.Workers;

namespace WebApp.Features.SignIn.DeviceCode;

/// <summary>Sets up sign-in of devices by a code.</summary>
internal static class DevicesSetup
{
    extension(WebApplicationBuilder builder)
    {
        /// <summary>Registers the services.</summary>
        public void AddDevices()
        {
            builder.Services.AddSingleton<UserCodeHash>();
            builder.Services.AddScoped<DeviceOffers>();
            builder.Services.AddScoped<DeviceApprovals>();
            builder.Services.AddScoped<DevicePolling>();
            builder.Services.AddPruning("DELETE FROM device_sign_ins WHERE expires_at < $1");
            builder.Services.AddRowLimit("device_sign_ins", "expires_at", 100_000);
        }
    }
}
