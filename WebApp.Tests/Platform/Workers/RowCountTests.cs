using WebApp.Platform.Workers;
using WebApp.Tests.Support;

namespace WebApp.Tests.Platform.Workers;

/// <summary>Counts of the rows of large tables.</summary>
public sealed class RowCountTests() : OwnApp
{
    private const int Rows = 50_000;

    [Test]
    public async Task A_large_table_is_counted_by_a_sample()
    {
        await App.QueryAsync<object>($"CREATE TABLE counted AS SELECT n FROM generate_series(1, {Rows}) n");
        await App.QueryAsync<object>("ANALYZE counted");
        await Patience.UntilAsync(async () => await App.QueryAsync<long>("SELECT pg_stat_get_live_tuples('counted'::regclass)") == Rows);

        var plan = await App.QueryAsync<string>($"EXPLAIN (FORMAT json) {RowCount.Sql("counted", "n % 4 = 0", mostCounted: 5_000)}");
        Assert.That(plan, Does.Contain("Sample Scan"));
        Assert.That(await App.QueryAsync<long>(RowCount.Sql("counted", "n % 4 = 0", mostCounted: 5_000)), Is.EqualTo(Rows / 4).Within(5).Percent);
        Assert.That(await App.QueryAsync<long>(RowCount.Sql("counted", "true", mostCounted: 5_000)), Is.EqualTo(Rows));
    }

    [Test]
    public async Task A_small_table_is_counted_row_by_row()
    {
        await App.QueryAsync<object>("CREATE TABLE few AS SELECT n FROM generate_series(1, 101) n");
        Assert.That(await App.QueryAsync<long>(RowCount.Sql("few", "n % 2 = 0")), Is.EqualTo(50));
    }
}
