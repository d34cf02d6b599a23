using System.Runtime.InteropServices;

namespace WebApp.Features.Passwords;

/// <summary>The operating system's priority of the hashing threads. .NET's own <c>Thread.Priority</c> does nothing on Linux.</summary>
internal static partial class HashingPriority
{
    /// <summary>
    /// Against one busy thread of normal niceness, about a tenth of a core (kernel weights 110 and 1024); alone, all of it.
    /// </summary>
    private const int Nice = 10;

    private const int OfProcess = 0; // PRIO_PROCESS
    private const int ThisThread = 0; // On Linux niceness belongs to the thread, whatever POSIX says: setpriority(2).

    /// <summary>Lowers the calling thread's priority; false where that cannot be done, which does no harm.</summary>
    public static bool TryLower()
    {
        try
        {
            return OperatingSystem.IsLinux() && SetPriority(OfProcess, ThisThread, Nice) == 0;
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            return false; // A C library under another name.
        }
    }

    [LibraryImport("libc", EntryPoint = "setpriority")]
    private static partial int SetPriority(int which, int who, int priority);
}
