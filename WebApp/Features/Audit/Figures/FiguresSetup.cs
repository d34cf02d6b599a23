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
            builder.Services.AddSingleton<MetricCollector>();
            builder.Services.AddSingleton<MinuteBook>();
            builder.Services.AddSingleton<MinuteStore>();
            builder.Services.AddSingleton<MetricSpanStore>();
            builder.Services.AddSingleton<EventCounts>();
            builder.Services.AddSingleton<ServiceFigures>();
            builder.Services.AddHostedService<MinuteWorker>();
            builder.Services.AddSingleton<MetricSpanWorker>();
            builder.Services.AddHostedService(services => services.GetRequiredService<MetricSpanWorker>());
            builder.Services.AddPruning("DELETE FROM metric_minutes WHERE minute < $1 - interval '24 hours'");
            builder.Services.AddPruning("DELETE FROM metric_spans WHERE at < $1 - CASE WHEN minutes = 15 THEN interval '2 days' ELSE interval '32 days' END");
        }
    }
}
