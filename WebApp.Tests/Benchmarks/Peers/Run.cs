using WebApp.Tests.Support;

namespace WebApp.Tests.Benchmarks.Peers;

/// <summary>What every part of a run works with.</summary>
internal sealed record Run(Plan Plan, Cores Cores, NoiseGauge Gauge, Databases Databases, Scene Scene) : IAsyncDisposable
{
    /// <summary>The servers' core, as taskset wants it.</summary>
    public string ServerCore => $"{Cores.Server}";

    /// <summary>Starts the databases, makes accounts and puts everything on its core.</summary>
    public static async Task<Run> StartAsync(Plan plan)
    {
        var cores = Cores.Find();
        await Cores.PinAsync(Environment.ProcessId, $"{cores.Client}");
        await TestServer.NewEmptyDatabaseAsync();
        var databases = await Databases.StartAsync($"{cores.Server}");
        return new(plan, cores, new(cores), databases, await Scene.CreateAsync());
    }

    /// <summary>Measures with this run's plan and gauge.</summary>
    public Task MeasureAsync(Comparison comparison) => comparison.MeasureAsync(Plan, Cores, Databases, Gauge);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Databases.DisposeAsync();
}
