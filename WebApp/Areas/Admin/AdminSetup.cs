
namespace WebApp.Areas.Admin;

/// <summary>The console.</summary>
public static class AdminSetup
{
    extension(WebApplicationBuilder builder)
    {
        /// <summary>Registers what its pages are made from.</summary>
        public void AddConsole() => builder.Services.AddSingleton<EffectivePolicy>();
    }
}
