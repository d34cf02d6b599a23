namespace WebApp.Platform.Workers;

/// <summary>A gauge of the whole installation, read from the database: the present number of something.</summary>
/// <param name="Name">Its name in <c>metric_minutes</c>.</param>
/// <param name="Sql">A query for one number. <c>$1</c> is the present (UTC).</param>
/// <param name="IsSlow">Whether it reads a table that grows with the number of users, so that its value is kept for some seconds.</param>
public sealed record Gauge(string Name, string Sql, bool IsSlow = false);

/// <summary>The number of rows of a table that meet a condition, in a time that does not grow with the table.</summary>
public static class RowCount
{
    /// <summary>Up to so many rows of a table are counted. Of a larger table, about so many are read, in blocks that the database chooses: the result is within one or two percent.</summary>
    public const int MostCounted = 100_000;

    /// <summary>A query for the number. The size of the table is the one in PostgreSQL's statistics, which follow each commit.</summary>
    public static string Sql(string table, string condition, int mostCounted = MostCounted) =>
        $"""
        SELECT CASE WHEN stored <= {mostCounted} THEN (SELECT count(*) FROM {table} WHERE {condition})
            ELSE (SELECT coalesce(round(count(*) FILTER (WHERE {condition}) * stored::float8 / nullif(count(*), 0)), 0)::bigint FROM {table} TABLESAMPLE SYSTEM (100.0 * {mostCounted} / stored)) END
        FROM pg_stat_get_live_tuples('{table}'::regclass) stored
        """;
}

/// <summary>Registers gauges.</summary>
public static class GaugeSetup
{
    extension(IServiceCollection services)
    {
        /// <summary>Registers a gauge, which one node records every minute.</summary>
        public void AddGauge(string name, string sql, bool slow = false) => services.AddSingleton(new Gauge(name, sql, slow));

        /// <summary>Registers a gauge that counts rows of a table with one or more for each user: by a sample where there are many (<see cref="RowCount"/>).</summary>
        public void AddRowGauge(string name, string table, string condition = "true", bool slow = false) => services.AddGauge(name, RowCount.Sql(table, condition), slow);
    }
}
