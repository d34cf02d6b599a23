using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using WebApp.Tests.Support;

namespace WebApp.Tests.Soak;

/// <summary>
/// The application in a process of its own, with a clock that can be moved and two endpoints more: <c>/soak/clock/{ticks}</c> moves it, <c>/soak/memory</c> collects
/// garbage and tells what is left. Work that is done hourly, such as pruning, is done every half minute.
/// </summary>
internal static class SoakNode
{
    /// <summary>Serves what the environment says, until it is killed.</summary>
    public static async Task RunAsync()
    {
        var clock = new SoakClock();
        await using var app = await App.BuildAsync(
            new() { ApplicationName = "WebApp", EnvironmentName = "Development", ContentRootPath = TestApp.ContentRoot },
            builder => builder.Services.AddSingleton<TimeProvider>(clock));
        clock.Move(long.Parse(Environment.GetEnvironmentVariable("SOAK_CLOCK") ?? "0"));
        app.MapGet("/soak/clock/{ticks:long}", (long ticks) => clock.Move(ticks)).AllowAnonymous();
        app.MapGet("/soak/memory", Memory).AllowAnonymous();
        await app.RunAsync();
    }

    private static SoakMemory Memory()
    {
        for (var i = 0; i < 2; i++)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }

        using var process = Process.GetCurrentProcess();
        return new(GC.GetTotalMemory(forceFullCollection: false), process.WorkingSet64, process.PrivateMemorySize64, process.Threads.Count);
    }

    private sealed class SoakClock : TimeProvider
    {
        private static readonly TimeSpan Long = TimeSpan.FromMinutes(10);
        private long offset;

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddTicks(Volatile.Read(ref offset));

        /// <summary>How far it is from the machine's clock from now on.</summary>
        public void Move(long ticks) => Volatile.Write(ref offset, ticks);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, Shorten(dueTime), Shorten(period));

        private static TimeSpan Shorten(TimeSpan time) => time < Long ? time : time / 120;
    }
}

/// <summary>What a node holds after a collection, in bytes.</summary>
/// <param name="Heap">Objects.</param>
/// <param name="Resident">Resident memory.</param>
/// <param name="Private">Private, resident or not.</param>
/// <param name="Threads">How many threads it has.</param>
internal sealed record SoakMemory(long Heap, long Resident, long Private, int Threads);
