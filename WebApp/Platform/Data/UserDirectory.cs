namespace WebApp.Platform.Data;

/// <summary>The directory where Development stores files of the operating-system user, outside the repository.</summary>
internal static class UserDirectory
{
    /// <summary>The directory, created on first use and readable only by its owner.</summary>
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
