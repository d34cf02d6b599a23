namespace WebApp.Platform.Workers;

/// <summary>A gauge of the whole installation, read from the database: the present number of something.</summary>
/// <param name="Name">Its name in <c>metric_minutes</c>.</param>
/// <param name="Sql">A query for one number. <c>$1</c> is the present (UTC).</param>
public sealed record Gauge(string Name, string Sql);

/// <summary>Registers gauges.</summary>
public static class GaugeSetup
{
    extension(IServiceCollection services)
    {
        /// <summary>Registers a gauge, which one node records every minute.</summary>
        public void AddGauge(string name, string sql) => services.AddSingleton(new Gauge(name, sql));
    }
}
