using WebApp.Platform.Workers;

namespace WebApp.Features.Audit.Figures;

/// <summary>Sets up the figures of the console's charts.</summary>
public static class FiguresSetup
{
    extension(WebApplicationBuilder builder)
    {
        /// <summary>Registers the services.</summary>
        public void AddFigures()
        {
            builder.Services.AddSingleton<Counting>();
            builder.Services.AddSingleton<MinuteBook>();
            builder.Services.AddSingleton<MinuteStore>();
            builder.Services.AddSingleton<EventCounts>();
            builder.Services.AddSingleton<ServiceFigures>();
            builder.Services.AddHostedService<MinuteWorker>();
            builder.Services.AddPruning("DELETE FROM metric_minutes WHERE minute < $1 - interval '24 hours'");
        }
    }
}
