using Npgsql;
using WebApp.Tests.Benchmarks.Peers;

namespace WebApp.Tests.Benchmarks;

/// <summary>What nodes that nobody asks cost themselves and the database in a minute: the time in which each recurring work of a minute or less runs.</summary>
internal static class IdleMinute
{
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    /// <summary>The cells of a row: connections, memory of the processes that serve them, transactions, processor time of nodes and of PostgreSQL, memory of a node.</summary>
    public static async Task<string> MeasureAsync(string database, IReadOnlyList<ServerProcess> nodes, Databases databases)
    {
        await Task.Delay(Settling);
        // From another database, so that this connection is not counted.
        var name = new NpgsqlConnectionStringBuilder(database);
        await using var observer = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(database) { Database = "postgres", Pooling = false }.ConnectionString);
        await observer.OpenAsync();
        var before = await TransactionsAsync(observer, name.Database!);
        var (nodesBefore, databaseBefore) = (nodes.Sum(node => node.ProcessorTime.TotalMilliseconds), databases.ProcessorTime);
        await Task.Delay(Minute);
        var transactions = await TransactionsAsync(observer, name.Database!) - before;
        var (nodesTime, databaseTime) = (nodes.Sum(node => node.ProcessorTime.TotalMilliseconds) - nodesBefore, databases.ProcessorTime - databaseBefore);
        var backends = await BackendsAsync(observer, name.Database!);
        var memory = backends.Sum(id => ServerProcess.MemoryOf(id).Private);
        return FormattableString.Invariant(
            $"{backends.Count} | {memory:0} MiB | {transactions} | {nodesTime:0} ms | {databaseTime.TotalMilliseconds:0} ms | {Spread.Of(nodes.Select(node => node.Memory.Resident)).Show("0")} MiB");
    }

    private static async Task<long> TransactionsAsync(NpgsqlConnection observer, string database)
    {
        await using var select = new NpgsqlCommand("SELECT xact_commit + xact_rollback FROM pg_stat_database WHERE datname = $1", observer) { Parameters = { new() { Value = database } } };
        return (long)(await select.ExecuteScalarAsync())!;
    }

    private static async Task<List<int>> BackendsAsync(NpgsqlConnection observer, string database)
    {
        await using var select = new NpgsqlCommand("SELECT pid FROM pg_stat_activity WHERE datname = $1", observer) { Parameters = { new() { Value = database } } };
        await using var row = await select.ExecuteReaderAsync();
        List<int> found = [];
        while (await row.ReadAsync())
        {
            found.Add(row.GetInt32(0));
        }

        return found;
    }
}
