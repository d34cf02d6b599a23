namespace WebApp.Platform.Workers;

/// <summary>A gauge of the whole installation, read from the database: the present number of something.</summary>
/// <param name="Name">Its name in <c>metric_minutes</c>.</param>
/// <param name="Sql">A query for one number. <c>$1</c> is the present (UTC).</param>
/// <param name="IsSlow">Whether it reads a table that grows with the number of users, so that its value is kept for some seconds.</param>
public sealed record Gauge(string Name, string Sql, bool IsSlow = false);

/// <summary>Registers gauges.</summary>
public static class GaugeSetup
{
    extension(IServiceCollection services)
    {
        /// <summary>Registers a gauge, which one node records every minute.</summary>
        public void AddGauge(string name, string sql, bool slow = false) => services.AddSingleton(new Gauge(name, sql, slow));
    }
}
