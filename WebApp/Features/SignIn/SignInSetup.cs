using WebApp.Features.SignIn.DeviceCode;
using WebApp.Features.SignIn.External;
using WebApp.Features.SignIn.Localhost;
using WebApp.Features.SignIn.MasterPassword;
using WebApp.Features.SignIn.Proxy;
using WebApp.Features.SignIn.Sites;

namespace WebApp.Features.SignIn;

/// <summary>Sets up the sign-in pipeline and the methods that use it.</summary>
public static class SignInSetup
{
    extension(WebApplicationBuilder builder)
    {
        /// <summary>Registers the services.</summary>
        public void AddSignIn()
        {
            builder.Services.AddScoped<PasswordSignIn>();
            builder.Services.AddScoped<BrowserSignIn>();
            builder.Services.AddScoped<Restoration>();
            builder.Services.AddScoped<SecondFactorSignIn>();
            builder.Services.AddScoped<PasskeySignIn>();
            builder.Services.AddScoped<StepUp>();
            builder.Services.AddScoped<FactorPages>();
            builder.Services.AddScoped<SignInDestinations>();
            builder.Services.AddSingleton<PendingSignInCookie>();
            builder.Services.AddScoped<VouchedSignIn>();
            builder.Services.AddScoped<SessionTokens>();
            builder.AddDevices();
            builder.AddSites();
            builder.AddProxySignIn();
            builder.AddExternalLogins();
            builder.AddLocalhostSignIn();
            builder.AddMasterPassword();
        }
    }
}
