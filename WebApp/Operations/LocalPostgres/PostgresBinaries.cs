using System.Diagnostics;

namespace WebApp.Operations.LocalPostgres;

/// <summary>The PostgreSQL programs of one installation.</summary>
internal sealed record PostgresBinaries(string Directory)
{
    private static readonly string Suffix = OperatingSystem.IsWindows() ? ".exe" : "";

    /// <summary>The program that creates clusters.</summary>
    public string Initdb => Path.Combine(Directory, "initdb" + Suffix);

    /// <summary>The program that starts and stops servers.</summary>
    public string PgCtl => Path.Combine(Directory, "pg_ctl" + Suffix);

    /// <summary>
    /// The installation for a cluster: the first found, or, if the cluster exists, the first with the
    /// major version that created it (PostgreSQL reads no other version's files).
    /// </summary>
    /// <exception cref="LocalServerUnavailableException">There is no such installation.</exception>
    public static PostgresBinaries Find(IEnumerable<string>? directories, string dataDirectory)
    {
        var found = (directories ?? UsualPlaces()).Select(d => new PostgresBinaries(d)).Where(b => File.Exists(b.Initdb) && File.Exists(b.PgCtl));
        var versionFile = Path.Combine(dataDirectory, "PG_VERSION");
        if (!File.Exists(versionFile))
        {
            return found.FirstOrDefault() ?? throw new LocalServerUnavailableException("No PostgreSQL programs (initdb, pg_ctl) were found on this machine.");
        }

        var version = File.ReadAllText(versionFile).Trim();
        return found.FirstOrDefault(b => b.MajorVersion() == version)
            ?? throw new LocalServerUnavailableException(
                $"The cluster in {dataDirectory} was made by PostgreSQL {version}, which was not found on this machine (delete the directory to start afresh).");
    }

    private static IEnumerable<string> UsualPlaces()
    {
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return [.. path, .. Versions("/usr/lib/postgresql", ""), .. Versions("/usr", "pgsql-"), .. Versions("/opt/homebrew/opt", "postgresql@"),
            "/opt/homebrew/bin", .. Versions("/usr/local/opt", "postgresql@"), "/usr/local/bin", "/usr/local/pgsql/bin",
            .. Versions(Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ProgramFiles), "PostgreSQL"), "")];
    }

    /// <summary>The <c>bin</c> directories of numbered installations side by side, newest first.</summary>
    private static IEnumerable<string> Versions(string root, string prefix) =>
        !System.IO.Directory.Exists(root) ? [] : System.IO.Directory.EnumerateDirectories(root, prefix + "*")
            .Select(d => (Path: d, Number: decimal.TryParse(Path.GetFileName(d)[prefix.Length..], out var number) ? number : 0))
            .Where(d => d.Number > 0)
            .OrderByDescending(d => d.Number)
            .Select(d => Path.Combine(d.Path, "bin"));

    private string? MajorVersion()
    {
        // "pg_ctl (PostgreSQL) 15.10 (Debian …)", "pg_ctl (PostgreSQL) 18beta1"
        using var process = Process.Start(new ProcessStartInfo(PgCtl, "--version") { RedirectStandardOutput = true })!;
        var words = process.StandardOutput.ReadToEnd().Split(' ');
        process.WaitForExit();
        return words.Length < 3 ? null : string.Concat(words[2].TakeWhile(char.IsAsciiDigit));
    }
}
