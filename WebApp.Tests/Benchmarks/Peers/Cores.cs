using System.Diagnostics;
using System.Runtime.InteropServices;

namespace WebApp.Tests.Benchmarks.Peers;

/// <summary>Which processor core does what: servers and their database have one, whoever asks them another, so that neither is counted for the other.</summary>
internal sealed partial record Cores(int Server, int Client)
{
    /// <summary>Both, for what is to be measured as an installation runs.</summary>
    public string Both => $"{Server},{Client}";

    /// <summary>The first two that this process may use.</summary>
    /// <exception cref="PlatformNotSupportedException">There are no two, or they cannot be chosen here.</exception>
    public static Cores Find()
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new PlatformNotSupportedException("Processes are pinned to cores with taskset, and their memory is read in /proc: it needs Linux.");
        }

        using var self = Process.GetCurrentProcess();
        var mask = (long)self.ProcessorAffinity;
        int[] allowed = [.. Enumerable.Range(0, 63).Where(core => (mask & (1L << core)) != 0)];
        return allowed.Length >= 2 ? new(allowed[0], allowed[1]) : throw new PlatformNotSupportedException("It needs two processor cores.");
    }

    /// <summary>Pins a process with all its threads, and what they start from now on.</summary>
    public static async Task PinAsync(int process, string cores)
    {
        using var taskset = Process.Start(new ProcessStartInfo("taskset", ["--all-tasks", "--cpu-list", "--pid", cores, $"{process}"]) { RedirectStandardOutput = true })!;
        await taskset.StandardOutput.ReadToEndAsync();
        await taskset.WaitForExitAsync();
    }

    /// <summary>Does some work on one core, on a thread of its own.</summary>
    public static T RunOn<T>(int core, Func<T> work)
    {
        T result = default!;
        var thread = new Thread(() =>
        {
            var mask = 1UL << core;
            if (SetAffinity(0, sizeof(ulong), ref mask) != 0)
            {
                throw new InvalidOperationException($"A thread cannot be pinned to core {core}.");
            }

            result = work();
        });
        thread.Start();
        thread.Join();
        return result;
    }

    [LibraryImport("libc", EntryPoint = "sched_setaffinity")]
    private static partial int SetAffinity(int thread, nint size, ref ulong mask);
}
