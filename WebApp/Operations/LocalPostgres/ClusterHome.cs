using System.Security.Cryptography;
using System.Text;

namespace WebApp.Operations.LocalPostgres;

/// <summary>The parent directory of a cluster, with files that only our account can read.</summary>
internal static class ClusterHome
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>The directory of a user's own cluster. It is not under the working directory, so that no data is in a repository.</summary>
    public static string Default => Path.Combine(Root, "postgres");

    /// <summary>The directory of throwaway clusters. It is not the shared temporary directory, because the sweep deletes what it finds here.</summary>
    public static string Throwaways => Path.Combine(Root, "throwaway");

    // $XDG_DATA_HOME or ~/.local/share; ~/Library/Application Support; %LOCALAPPDATA%. The server's account cannot enter root's home.
    private static string Root => !OperatingSystem.IsWindows() && Environment.IsPrivilegedProcess
        ? "/var/lib/webapp"
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "webapp");

    /// <summary>Creates the directory, or takes over one that is empty or was created here before.</summary>
    /// <param name="home">The directory.</param>
    /// <param name="passable">Whether another account must be able to reach the cluster inside it.</param>
    public static void Prepare(string home, bool passable)
    {
        // In this order: another process that takes it over at the same time creates the lock before all other files.
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

    /// <summary>Creates a directory that only its owner may enter.</summary>
    public static void MakePrivate(string directory)
    {
        Directory.CreateDirectory(directory);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(directory, OwnerOnly);
        }
    }

    /// <summary>The password of the cluster's one role: 256 random bits, created at first use. The caller must hold the directory's lock.</summary>
    public static string Password(string home)
    {
        var file = Path.Combine(home, "password");
        if (!File.Exists(file))
        {
            // Written to another file and moved, so that the file is complete even if the process is killed meanwhile.
            File.Delete(file + ".new");
            WritePrivate(file + ".new", RandomNumberGenerator.GetHexString(64, lowercase: true));
            File.Move(file + ".new", file);
        }

        return File.ReadAllText(file).Trim();
    }

    /// <summary>Deletes the directory, with the lock last, because Windows deletes no open file.</summary>
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
            // A concurrent sweep has deleted it.
        }
    }

    /// <summary>Writes a new file that only its owner may read.</summary>
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

/// <summary>A lock against starting or stopping the same cluster concurrently, in other processes and in this one.</summary>
/// <remarks>The operating system releases it when the process ends for any reason.</remarks>
internal static class DirectoryLock
{
    /// <summary>The name of the lock file in a cluster's directory.</summary>
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

    /// <summary>The lock, or null if it is held already.</summary>
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
