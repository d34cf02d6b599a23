using System.Diagnostics;
using System.Globalization;

namespace WebApp.Operations.LocalPostgres;

/// <summary>The content of a server's <c>postmaster.pid</c>. The file remains if the server is killed.</summary>
/// <remarks>Lines: process id, data directory, start time, port, socket directory, address, shared memory, state.</remarks>
internal sealed record PostmasterFile(int ProcessId, int Port, bool Ready)
{
    /// <summary>The file of the cluster; null if it does not exist or is still being written.</summary>
    public static PostmasterFile? Read(string dataDirectory)
    {
        try
        {
            var lines = File.ReadAllLines(PathIn(dataDirectory));
            return lines.Length >= 4 && int.TryParse(lines[0], out var processId) && int.TryParse(lines[3], out var port)
                ? new(processId, port, lines.Length >= 8 && lines[7].Trim() == "ready")
                : null;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>The file, if the server that wrote it still runs.</summary>
    public static PostmasterFile? ReadRunning(string dataDirectory) => Read(dataDirectory) is { } file && file.IsRunning(dataDirectory) ? file : null;

    /// <summary>
    /// If a killed server's process id now belongs to another process (or to a zombie of the server), PostgreSQL takes that process for the
    /// server and refuses to start. So the id is replaced by one that no process can have. The other lines are kept: PostgreSQL checks the shared
    /// memory named there before it treats the server as stopped.
    /// </summary>
    public static void DisownIfStale(string dataDirectory)
    {
        if (Read(dataDirectory) is { } file && file.ProcessExists() && !file.IsRunning(dataDirectory))
        {
            var lines = File.ReadAllLines(PathIn(dataDirectory));
            lines[0] = int.MaxValue.ToString(CultureInfo.InvariantCulture);
            File.WriteAllLines(PathIn(dataDirectory), lines);
        }
    }

    private static string PathIn(string dataDirectory) => Path.Combine(dataDirectory, "postmaster.pid");

    private bool IsRunning(string dataDirectory)
    {
        try
        {
            // Only the postmaster process keeps its command line, which has the data directory.
            return OperatingSystem.IsLinux()
                ? File.ReadAllText($"/proc/{ProcessId}/cmdline").Split('\0').Contains(dataDirectory)
                : Process.GetProcessById(ProcessId).ProcessName.StartsWith("post", StringComparison.OrdinalIgnoreCase);
        }
        catch (Exception e) when (e is IOException or ArgumentException or InvalidOperationException)
        {
            return false;
        }
    }

    private bool ProcessExists()
    {
        try
        {
            return !Process.GetProcessById(ProcessId).HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
