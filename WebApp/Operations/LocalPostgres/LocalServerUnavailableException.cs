namespace WebApp.Operations.LocalPostgres;

/// <summary>No PostgreSQL can be run here. The message is written for the person at the terminal.</summary>
public sealed class LocalServerUnavailableException : Exception
{
    /// <summary>Says why, and the three ways out.</summary>
    public LocalServerUnavailableException(string why)
        : base($"""
            {why}
            Any one of these helps:
              - install PostgreSQL: {InstallCommand()}
              - docker compose up, which brings its own
              - set ConnectionStrings__Postgres to a database you have, such as "Host=db;Database=webapp;Username=webapp;Password=…"
            """)
    {
    }

    private static string InstallCommand() =>
        OperatingSystem.IsWindows() ? "winget install PostgreSQL.PostgreSQL.17"
        : OperatingSystem.IsMacOS() ? "brew install postgresql@17"
        : File.Exists("/etc/debian_version") ? "sudo apt-get install postgresql"
        : File.Exists("/etc/fedora-release") ? "sudo dnf install postgresql-server"
        : File.Exists("/etc/alpine-release") ? "apk add postgresql setpriv"
        : File.Exists("/etc/arch-release") ? "sudo pacman -S postgresql"
        : "with this system's package manager";
}
