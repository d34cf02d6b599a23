using System.Runtime.InteropServices;

namespace WebApp.Tests.Features.Passwords;

/// <summary>The processor time of the calling thread, which the machine's other work does not lengthen (Linux).</summary>
internal static partial class ThreadClock
{
    private const int ThreadCpuTime = 3; // CLOCK_THREAD_CPUTIME_ID

    /// <summary>Time used so far.</summary>
    public static TimeSpan Now =>
        ClockGetTime(ThreadCpuTime, out var time) == 0
            ? TimeSpan.FromSeconds(time.Seconds) + TimeSpan.FromMicroseconds(time.Nanoseconds / 1000)
            : throw new PlatformNotSupportedException("No clock of the thread's processor time.");

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int ClockGetTime(int clock, out TimeSpec time);

    private readonly struct TimeSpec
    {
        public readonly nint Seconds;
        public readonly nint Nanoseconds;
    }
}
