using WebApp.SignIn.Devices;
using WebApp.SignIn.Localhost;
using WebApp.SignIn.MasterPasswords;
using WebApp.SignIn.Proxies;
using WebApp.SignIn.Sites;

namespace WebApp.SignIn;

/// <summary>The sign-in pipeline and its doors.</summary>
public static class SignInSetup
{
    extension(WebApplicationBuilder builder)
    {
        /// <summary>Registers them.</summary>
        public void AddSignIn()
        {
            builder.Services.AddScoped<PasswordSignIn>();
            builder.Services.AddScoped<BrowserSignIn>();
            builder.Services.AddScoped<Restoration>();
            builder.Services.AddScoped<SecondFactorSignIn>();
            builder.Services.AddScoped<PasskeySignIn>();
            builder.Services.AddScoped<StepUp>();
            builder.Services.AddScoped<FactorPages>();
            builder.Services.AddSingleton<BrowserKeys>();
            builder.Services.AddScoped<VouchedSignIn>();
            builder.Services.AddScoped<SessionTokens>();
            builder.AddDevices();
            builder.AddSites();
            builder.AddProxySignIn();
            builder.AddLocalhostSignIn();
            builder.AddMasterPassword();
        }
    }
}
