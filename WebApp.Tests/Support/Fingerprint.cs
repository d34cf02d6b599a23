namespace WebApp.Tests.Support;

/// <summary>A checksum of every table of a database. Only for an application of one's own.</summary>
public static class Fingerprint
{
    // When something was last seen, used or done is noted while reading or by itself, on purpose; unlogged tables are counters.
    private const string Noted = "'last_seen_at', 'last_used_at', 'done_at'";

    private const string Tables =
        "SELECT array_agg(c.oid::regclass::text ORDER BY 1) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'public' AND c.relkind = 'r' AND c.relpersistence = 'p'";

    /// <summary>One line a table: its name, how many rows it has, and their checksum.</summary>
    public static async Task<string[]> TakeAsync(TestApp app)
    {
        var tables = (await app.QueryAsync<string[]>(Tables))!;
        Assert.That(tables, Has.Length.GreaterThan(20));
        var lines = new List<string>();
        foreach (var table in tables)
        {
            lines.Add($"{table} {await app.QueryAsync<string>($"SELECT count(*) || ' ' || coalesce(md5(string_agg(row, ';' ORDER BY row)), '') FROM (SELECT (to_jsonb(t) - ARRAY[{Noted}])::text AS row FROM {table} t) rows")}");
        }

        return [.. lines];
    }

    /// <summary>Every row of every table as the server sends it: text as text, bytes as bytes.</summary>
    public static async Task<byte[]> DumpAsync(TestApp app)
    {
        var tables = await app.QueryAsync<string[]>("SELECT array_agg(format('%I.%I', schemaname, tablename)) FROM pg_tables WHERE schemaname = 'public'");
        var dump = new MemoryStream();
        await using var connection = await app.Database.OpenConnectionAsync();
        foreach (var table in tables!)
        {
            await using var rows = await connection.BeginRawBinaryCopyAsync($"COPY {table} TO STDOUT (FORMAT binary)");
            await rows.CopyToAsync(dump);
        }

        return dump.ToArray();
    }
}
