namespace WebApp.Platform.Workers;

/// <summary>Sets up recurring work, shared by all nodes.</summary>
public static class WorkersSetup
{
    extension(WebApplicationBuilder builder)
    {
        /// <summary>Registers the services.</summary>
        public void AddWorkers()
        {
            builder.Services.AddSingleton<DueWorks>();
            builder.Services.AddHostedService<PruneWorker>();
        }
    }
}
