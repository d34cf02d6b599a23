using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace WebApp.Operations.LocalPostgres;

/// <summary>
/// The account that runs the server: our own account, or an unprivileged one if this process is root, because PostgreSQL refuses root.
/// </summary>
internal sealed partial class ServerAccount
{
    private readonly string[] prefix;
    private readonly (uint User, uint Group)? ids;

    private ServerAccount(string[] prefix, (uint User, uint Group)? ids)
    {
        this.prefix = prefix;
        this.ids = ids;
    }

    /// <summary>True if the server's account is not the account of this process.</summary>
    public bool IsOther => ids is not null;

    /// <summary>The account of this process; as root, <c>postgres</c> or, if that does not exist, <c>nobody</c>.</summary>
    /// <exception cref="LocalServerUnavailableException">This process is root and cannot switch to another account.</exception>
    public static ServerAccount ForThisProcess()
    {
        if (OperatingSystem.IsWindows() || !Environment.IsPrivilegedProcess)
        {
            return new([], null);
        }

        var accounts = File.ReadLines("/etc/passwd").Select(line => line.Split(':')).Where(fields => fields.Length > 3).ToLookup(fields => fields[0]);
        var account = accounts["postgres"].Concat(accounts["nobody"]).FirstOrDefault()
            ?? throw new LocalServerUnavailableException("PostgreSQL refuses to run as root, and there is neither a postgres nor a nobody account here.");
        var (name, user, group) = (account[0], uint.Parse(account[2], CultureInfo.InvariantCulture), uint.Parse(account[3], CultureInfo.InvariantCulture));
        if (Program("setpriv") is { } setpriv)
        {
            return new([setpriv, $"--reuid={user}", $"--regid={group}", "--clear-groups", "--"], (user, group));
        }

        return Program("runuser") is { } runuser
            ? new([runuser, "-u", name, "--"], (user, group))
            : throw new LocalServerUnavailableException("PostgreSQL refuses to run as root, and there is neither setpriv nor runuser here (package util-linux).");
    }

    /// <summary>Makes the account the owner of a file or directory. Does nothing for the account of this process.</summary>
    /// <exception cref="LocalServerUnavailableException">The system's C library cannot do it.</exception>
    public void Own(string path)
    {
        try
        {
            if (ids is { } id && LChown(path, id.User, id.Group) != 0)
            {
                throw new IOException($"{path} cannot be given to the PostgreSQL account: {Marshal.GetLastPInvokeErrorMessage()}");
            }
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            throw new LocalServerUnavailableException("PostgreSQL refuses to run as root, and files cannot be given to another account on this system. Run as another user.");
        }
    }

    /// <summary>Starts a program under the account, with redirected output.</summary>
    public Process Start(string program, params IEnumerable<string> arguments)
    {
        string[] command = [.. prefix, program, .. arguments];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            // The other account may not be allowed to enter ours, and PostgreSQL's programs must be able to return to their initial directory.
            WorkingDirectory = Path.GetPathRoot(Environment.SystemDirectory) is { Length: > 0 } root ? root : "/",
        };
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("PG", StringComparison.Ordinal)).ToList())
        {
            start.Environment.Remove(name);
        }

        // LC_ALL makes messages English. Without TZ, initdb compares every zone file with the local clock.
        start.Environment["LC_ALL"] = "C";
        start.Environment["TZ"] = "UTC";
        return Process.Start(start)!;
    }

    /// <summary>Runs a program under the account and waits for its exit.</summary>
    public async Task<(int ExitCode, string Output)> RunAsync(string program, IEnumerable<string> arguments, CancellationToken cancel)
    {
        using var process = Start(program, arguments);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(cancel);
            var errors = process.StandardError.ReadToEndAsync(cancel);
            await process.WaitForExitAsync(cancel);
            return (process.ExitCode, $"{await output}{await errors}".Trim());
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    private static string? Program(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Concat(["/usr/bin", "/usr/sbin", "/bin", "/sbin"])
            .Select(directory => Path.Combine(directory, name)).FirstOrDefault(File.Exists);

    [LibraryImport("libc", EntryPoint = "lchown", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int LChown(string path, uint user, uint group);
}
