namespace WebApp.Platform.Data;

/// <summary>Where Development keeps what belongs to this user and not to the repository.</summary>
internal static class UserDirectory
{
    /// <summary>The directory, made on first use and readable by its owner alone.</summary>
    public static string Path
    {
        get
        {
            var path = System.IO.Path.Combine(
                Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.Create), "webapp");
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(path);
            }
            else
            {
                Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }

            return path;
        }
    }
}
