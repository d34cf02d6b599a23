using System.Diagnostics;
using System.Net.Http.Json;
using Npgsql;
using WebApp.Tests.Support;

namespace WebApp.Tests.Soak;

/// <summary>Two nodes on one database with one mail server, and what can be done to them.</summary>
internal sealed class SoakSite : IAsyncDisposable
{
    private const string Issuer = "http://accounts.test";
    private static readonly TimeSpan Aftermath = TimeSpan.FromSeconds(5);

    private readonly HttpClient control = new() { Timeout = TimeSpan.FromSeconds(60) };
    private readonly AppProcess[] nodes = new AppProcess[2];
    private readonly List<string> earlierErrors = [];
    private volatile bool isSecondUp = true;
    private int underWay;
    private long lastEnded = Stopwatch.GetTimestamp();
    private TimeSpan offset;

    private SoakSite(string database) => Database = database;

    /// <summary>The database.</summary>
    public string Database { get; }

    /// <summary>The mail.</summary>
    public SoakMail Mail { get; } = new();

    /// <summary>What time it is at the nodes.</summary>
    public DateTimeOffset Now => DateTimeOffset.UtcNow + offset;

    /// <summary>How often the clock was set forward: limits by the hour begin anew.</summary>
    public int Days { get; private set; }

    /// <summary>Lines that nodes logged as errors.</summary>
    public IReadOnlyList<string> ErrorLines => [.. earlierErrors, .. nodes.SelectMany(Errors)];

    /// <summary>Starts both.</summary>
    public static async Task<SoakSite> StartAsync()
    {
        var site = new SoakSite(await TestServer.NewEmptyDatabaseAsync());
        site.nodes[0] = await site.StartNodeAsync(0);
        site.nodes[1] = await site.StartNodeAsync(1);
        return site;
    }

    /// <summary>Where a node is now. While the second one is down, all is asked of the first, as a balancer would.</summary>
    public Uri Node(int index) => nodes[isSecondUp ? index : 0].BaseAddress;

    /// <summary>Whether something was done to the nodes since an instant, or so shortly before it that they may not have got over it.</summary>
    public bool IsDisturbedSince(long timestamp) => Volatile.Read(ref underWay) > 0 || Stopwatch.GetElapsedTime(timestamp, Volatile.Read(ref lastEnded)) > -Aftermath;

    /// <summary>Sets both clocks.</summary>
    public Task JumpAsync(TimeSpan by) => DisturbAsync(async () =>
    {
        offset += by;
        foreach (var node in nodes)
        {
            (await control.GetAsync(new Uri(node.BaseAddress, $"/soak/clock/{offset.Ticks}"))).Dispose();
        }

        Days += by > TimeSpan.FromHours(2) ? 1 : 0;
    });

    /// <summary>Kills the second node and starts it again. The first one lives on, so that what it leaks is seen.</summary>
    public Task RestartAsync() => DisturbAsync(async () =>
    {
        isSecondUp = false;
        await nodes[1].KillAsync();
        earlierErrors.AddRange(Errors(nodes[1]));
        var next = await StartNodeAsync(1);
        await nodes[1].DisposeAsync();
        nodes[1] = next;
        isSecondUp = true;
    });

    /// <summary>Cuts every connection of a node to the database.</summary>
    public Task CutAsync(int index) => DisturbAsync(async () =>
    {
        await QueryAsync<long>("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND application_name = $1", Name(index));
    });

    /// <summary>What the first node holds after a collection.</summary>
    public async Task<SoakMemory> MemoryAsync(int index) => (await control.GetFromJsonAsync<SoakMemory>(new Uri(nodes[index].BaseAddress, "/soak/memory")))!;

    /// <summary>One value from the database.</summary>
    public async Task<T?> QueryAsync<T>(string sql, params object[] values)
    {
        await using var connection = new NpgsqlConnection(Database + ";Application Name=soak;Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values)
        {
            command.Parameters.Add(new() { Value = value });
        }

        return await command.ExecuteScalarAsync() is T found ? found : default;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        control.Dispose();
        foreach (var node in nodes.Where(node => node is not null))
        {
            await node.DisposeAsync();
        }

        await Mail.DisposeAsync();
    }

    private static IEnumerable<string> Errors(AppProcess node)
    {
        var lines = node.Output.Split('\n');
        return lines.Select((line, i) => line.StartsWith("fail:", StringComparison.Ordinal) || line.StartsWith("crit:", StringComparison.Ordinal)
            ? $"{line.Trim()} {(i + 1 < lines.Length ? lines[i + 1].Trim() : "")}" : "").Where(line => line.Length > 0);
    }

    private static string Name(int index) => $"soak-node-{index + 1}";

    private Task<AppProcess> StartNodeAsync(int index) => AppProcess.StartOtherAsync(
        ["WebApp.Tests.dll", "soak-node"],
        "ASPNETCORE_ENVIRONMENT=Development", $"MASTER_KEY={TestApp.MasterKey}", $"ConnectionStrings__Postgres={Database};Application Name={Name(index)}", $"SOAK_CLOCK={offset.Ticks}",
        $"Tokens__Issuer={Issuer}", "Password__WorkFactor=4", "Password__QueueLength=1000", "Protection__IpPermitsPerMinute=1000000", "Protection__AnonymousEventsPerHour=1000000",
        "Audit__KeepDays=30", "Email__KeepDays=5", "Email__Smtp__Host=127.0.0.1", $"Email__Smtp__Port={Mail.Port}", "Email__From=accounts@example.org",
        "Logging__LogLevel__Default=Warning", "Logging__LogLevel__WebApp.Accounts.FirstRun=None");

    private async Task DisturbAsync(Func<Task> act)
    {
        Interlocked.Increment(ref underWay);
        try
        {
            await act();
        }
        finally
        {
            Volatile.Write(ref lastEnded, Stopwatch.GetTimestamp());
            Interlocked.Decrement(ref underWay);
        }
    }
}
