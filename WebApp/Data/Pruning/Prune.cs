namespace WebApp.Data.Pruning;

/// <summary>A statement that deletes what is of no more use. <c>$1</c> is the present (UTC).</summary>
public sealed record Prune(string Sql);

/// <summary>Adds such statements.</summary>
public static class PruningSetup
{
    extension(IServiceCollection services)
    {
        /// <summary>Has a statement run every hour.</summary>
        public void AddPruning(string sql) => services.AddSingleton(new Prune(sql));
    }
}
