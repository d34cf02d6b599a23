
namespace WebApp.Areas.Admin;

/// <summary>Sets up the console.</summary>
public static class AdminSetup
{
    extension(WebApplicationBuilder builder)
    {
        /// <summary>Registers the services of its pages.</summary>
        public void AddConsole() => builder.Services.AddSingleton<EffectivePolicy>();
    }
}
