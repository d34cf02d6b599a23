namespace WebApp.Platform.Workers;

/// <summary>A figure of the whole installation that the database tells: how many there are of something now.</summary>
/// <param name="Name">What it is called in <c>metric_minutes</c>.</param>
/// <param name="Sql">A query for one number. <c>$1</c> is the present (UTC).</param>
public sealed record Gauge(string Name, string Sql);

/// <summary>Adds such figures.</summary>
public static class GaugeSetup
{
    extension(IServiceCollection services)
    {
        /// <summary>Has a figure noted every minute, by one node.</summary>
        public void AddGauge(string name, string sql) => services.AddSingleton(new Gauge(name, sql));
    }
}
