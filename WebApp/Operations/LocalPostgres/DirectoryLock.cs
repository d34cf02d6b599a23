namespace WebApp.Operations.LocalPostgres;

/// <summary>Keeps other processes, and other callers in this one, from starting or stopping the same cluster meanwhile.</summary>
/// <remarks>The operating system lets go of it when the process dies, however it dies.</remarks>
internal static class DirectoryLock
{
    /// <summary>The lock's file in a cluster's directory.</summary>
    public const string FileName = "lock";

    /// <summary>Waits for the lock.</summary>
    public static async Task<FileStream> TakeAsync(string directory, CancellationToken cancel)
    {
        while (true)
        {
            if (TryTake(directory) is { } taken)
            {
                return taken;
            }

            await Task.Delay(20, cancel);
        }
    }

    /// <summary>The lock, or null where somebody holds it.</summary>
    public static FileStream? TryTake(string directory)
    {
        try
        {
            return new(Path.Combine(directory, FileName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (e is not (FileNotFoundException or DirectoryNotFoundException or PathTooLongException))
        {
            return null;
        }
    }
}
