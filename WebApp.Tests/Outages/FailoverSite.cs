using WebApp.Tests.Support;

namespace WebApp.Tests.Outages;

/// <summary>Two servers, three nodes, and nginx before them.</summary>
internal sealed class FailoverSite(PostgresCluster primary, PostgresCluster standby, TestApp[] nodes, Nginx proxy, ApiTokens tokens) : IAsyncDisposable
{
    public PostgresCluster Primary => primary;

    public PostgresCluster Standby => standby;

    public TestApp[] Nodes => nodes;

    /// <summary>Of a session that nothing happens to.</summary>
    public ApiTokens Tokens => tokens;

    public Uri Address => proxy.Address;

    public static async Task<FailoverSite> StartAsync(bool isSynchronous)
    {
        var primary = await PostgresCluster.StartAsync();
        var standby = await primary.StartStandbyAsync("standby");
        if (isSynchronous)
        {
            await primary.QueryAsync("ALTER SYSTEM SET synchronous_standby_names = 'standby'");
            await primary.QueryAsync("SELECT pg_reload_conf()");
            await Patience.UntilAsync(async () => await primary.QueryAsync("SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'") is 1L);
        }

        var database = $"Host=127.0.0.1:{primary.Port},127.0.0.1:{standby.Port};Target Session Attributes=primary;Username=webapp;Database=webapp;SSL Mode=Disable;GSS Encryption Mode=Disable";
        List<TestApp> nodes = [];
        for (var i = 0; i < 3; i++)
        {
            nodes.Add(await TestApp.StartAsync(database, settings: "Tokens:Issuer=http://site.example.org"));
        }

        var port = TestApp.FreePort();
        var proxy = await Nginx.StartAsync(port, $$"""
            upstream nodes { {{string.Concat(nodes.Select(node => $"server {node.BaseAddress.Authority} max_fails=0; "))}}}
            server { listen 127.0.0.1:{{port}}; location / { proxy_pass http://nodes; proxy_next_upstream off; proxy_set_header Host $host; } }
            """);
        return new(primary, standby, [.. nodes], proxy, await new ApiClient(nodes[0]).LoginAsync(await nodes[0].CreateUserAsync()));
    }

    public async ValueTask DisposeAsync()
    {
        await proxy.DisposeAsync();
        foreach (var node in nodes)
        {
            await node.DisposeAsync();
        }

        await standby.DisposeAsync();
        await primary.DisposeAsync();
    }
}
