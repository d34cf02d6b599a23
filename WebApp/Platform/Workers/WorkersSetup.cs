namespace WebApp.Platform.Workers;

/// <summary>Recurring work, shared by all nodes.</summary>
public static class WorkersSetup
{
    extension(WebApplicationBuilder builder)
    {
        /// <summary>Registers it.</summary>
        public void AddWorkers()
        {
            builder.Services.AddSingleton<DueWorks>();
            builder.Services.AddHostedService<PruneWorker>();
        }
    }
}
