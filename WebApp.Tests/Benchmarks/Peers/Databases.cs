using System.Diagnostics;
using System.Globalization;
using Npgsql;
using WebApp.Tests.Support;

namespace WebApp.Tests.Benchmarks.Peers;

/// <summary>The PostgreSQL of this run, on the servers' core, and a Redis beside it where there is one.</summary>
internal sealed class Databases : IAsyncDisposable
{
    private const int TicksPerSecond = 100; // USER_HZ, the same on every Linux.

    private readonly int postmaster;
    private readonly Process? redis;

    private Databases(int postmaster, Process? redis, string? redisAddress) => (this.postmaster, this.redis, RedisAddress) = (postmaster, redis, redisAddress);

    /// <summary>Where Redis is; null where none is installed.</summary>
    public string? RedisAddress { get; }

    /// <summary>Processor time all their processes have used so far, in user mode and in the kernel.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            redis?.Refresh();
            var ticks = Processes().Sum(process => process.Id == postmaster ? process.Own + process.EndedChildren : process.Own);
            return TimeSpan.FromSeconds((double)ticks / TicksPerSecond) + (redis?.TotalProcessorTime ?? TimeSpan.Zero);
        }
    }

    /// <summary>Finds the one and starts the other.</summary>
    public static async Task<Databases> StartAsync(string core)
    {
        await using var connection = new NpgsqlConnection($"{await TestServer.NewEmptyDatabaseAsync()};Pooling=false");
        await connection.OpenAsync();
        var postmaster = Read($"/proc/{connection.ProcessID}/stat")!.Value.Parent;
        var (redis, address) = StartRedis(core);
        var databases = new Databases(postmaster, redis, address);
        foreach (var process in databases.Processes())
        {
            await Cores.PinAsync(process.Id, core);
        }

        return databases;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (redis is not null)
        {
            redis.Kill();
            await redis.WaitForExitAsync();
            redis.Dispose();
        }
    }

    private static (Process? Redis, string? Address) StartRedis(string core)
    {
        if (!(Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, "redis-server"))))
        {
            return (null, null);
        }

        var port = TestApp.FreePort();
        var redis = Process.Start(new ProcessStartInfo("taskset", ["--cpu-list", core, "redis-server", "--bind", "127.0.0.1", "--port", $"{port}", "--save", "", "--appendonly", "no"]) { RedirectStandardOutput = true })!;
        redis.BeginOutputReadLine();
        return (redis, $"127.0.0.1:{port}");
    }

    private IEnumerable<Usage> Processes() => Directory.EnumerateDirectories("/proc").Select(path => char.IsAsciiDigit(Path.GetFileName(path)[0]) ? Read($"{path}/stat") : null)
        .OfType<Usage>().Where(process => process.Id == postmaster || process.Parent == postmaster);

    // pid (name) state parent … utime stime cutime cstime: proc(5), fields 14 to 17.
    private static Usage? Read(string path)
    {
        try
        {
            var text = File.ReadAllText(path);
            var id = int.Parse(text.AsSpan(0, text.IndexOf(' ', StringComparison.Ordinal)), CultureInfo.InvariantCulture);
            var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            long Ticks(int field) => long.Parse(fields[field - 3], CultureInfo.InvariantCulture);
            return new(id, (int)Ticks(4), Ticks(14) + Ticks(15), Ticks(16) + Ticks(17));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null; // It has ended.
        }
    }

    private readonly record struct Usage(int Id, int Parent, long Own, long EndedChildren);
}
