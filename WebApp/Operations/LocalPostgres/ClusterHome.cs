using System.Security.Cryptography;
using System.Text;

namespace WebApp.Operations.LocalPostgres;

/// <summary>The directory around a cluster: ours, with files only we can read, and the cluster inside it.</summary>
internal static class ClusterHome
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Where a user's own cluster is. Never under the working directory: a repository is no place for data.</summary>
    public static string Default => Path.Combine(Root, "postgres");

    /// <summary>Where throwaway clusters are; not in the shared temporary directory, for we clear away what we find here.</summary>
    public static string Throwaways => Path.Combine(Root, "throwaway");

    // $XDG_DATA_HOME or ~/.local/share; ~/Library/Application Support; %LOCALAPPDATA%. Root's own home is closed to the server's account.
    private static string Root => !OperatingSystem.IsWindows() && Environment.IsPrivilegedProcess
        ? "/var/lib/webapp"
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "webapp");

    /// <summary>Makes the directory, or takes over an empty one or one of ours.</summary>
    /// <param name="home">Which.</param>
    /// <param name="passable">Whether another account must be able to reach the cluster inside it.</param>
    public static void Prepare(string home, bool passable)
    {
        // In this order: somebody who takes it over at the same time makes the lock before anything else.
        if (Directory.Exists(home) && Directory.EnumerateFileSystemEntries(home).Any() && !File.Exists(Path.Combine(home, DirectoryLock.FileName)))
        {
            throw new InvalidOperationException($"{home} is not empty and was not made for a local PostgreSQL: choose another directory.");
        }

        MakePrivate(home);
        if (passable && !OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(home, OwnerOnly | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        }
    }

    /// <summary>Makes a directory that its owner alone may enter.</summary>
    public static void MakePrivate(string directory)
    {
        Directory.CreateDirectory(directory);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(directory, OwnerOnly);
        }
    }

    /// <summary>The password of the cluster's one role: 256 random bits, made at first use. Wants the directory's lock held.</summary>
    public static string Password(string home)
    {
        var file = Path.Combine(home, "password");
        if (!File.Exists(file))
        {
            // Whole or not at all, should we be killed meanwhile.
            File.Delete(file + ".new");
            WritePrivate(file + ".new", RandomNumberGenerator.GetHexString(64, lowercase: true));
            File.Move(file + ".new", file);
        }

        return File.ReadAllText(file).Trim();
    }

    /// <summary>Deletes the directory, and the lock on it last: Windows deletes no open file.</summary>
    public static void Delete(string home, FileStream hold)
    {
        Directory.Delete(Path.Combine(home, "cluster"), recursive: true);
        hold.Dispose();
        try
        {
            Directory.Delete(home, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // A sweep was quicker.
        }
    }

    /// <summary>Writes a file that was not there before and that its owner alone may read.</summary>
    public static void WritePrivate(string path, string text)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var stream = new FileStream(path, options);
        stream.Write(Encoding.ASCII.GetBytes(text + "\n"));
    }
}

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
