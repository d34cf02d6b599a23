namespace WebApp.Platform.Changes;

/// <summary>The LISTEN connection.</summary>
public static class ChangesSetup
{
    extension(WebApplicationBuilder builder)
    {
        /// <summary>Registers it. It starts before all other hosted services.</summary>
        public void AddChanges()
        {
            builder.Services.AddSingleton<ChangeFeed>();
            builder.Services.AddHostedService(services => services.GetRequiredService<ChangeFeed>());
        }
    }
}
