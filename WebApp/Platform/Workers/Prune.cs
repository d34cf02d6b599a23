namespace WebApp.Platform.Workers;

/// <summary>A statement that deletes what is of no more use. <c>$1</c> is the present (UTC).</summary>
public sealed record Prune(string Sql);

/// <summary>Adds such statements.</summary>
public static class PruningSetup
{
    extension(IServiceCollection services)
    {
        /// <summary>Has a statement run every hour.</summary>
        public void AddPruning(string sql) => services.AddSingleton(new Prune(sql));

        /// <summary>
        /// Has a table's oldest rows deleted every hour where there are more than it may hold. For tables that strangers write to: from how many
        /// networks they do so is for them to choose, so a limit for each network is none for the table.
        /// </summary>
        /// <param name="table">The table.</param>
        /// <param name="age">The indexed column that says how old a row is.</param>
        /// <param name="rows">How many rows stay.</param>
        /// <param name="condition">Which rows are meant; all where not given.</param>
        public void AddRowLimit(string table, string age, int rows, string condition = "true") => services.AddPruning(
            $"DELETE FROM {table} WHERE {condition} AND $1::timestamptz IS NOT NULL AND {age} < (SELECT {age} FROM {table} WHERE {condition} ORDER BY {age} DESC OFFSET {rows - 1} LIMIT 1)");
    }
}
