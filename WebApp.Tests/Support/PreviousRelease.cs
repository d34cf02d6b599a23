using System.Diagnostics;
using System.Formats.Tar;

namespace WebApp.Tests.Support;

/// <summary>
/// The last release, built from the repository's history, to run beside this version. It is built once and kept beside the tests. When a version is released, its
/// commit and its last migration are written here.
/// </summary>
public static class PreviousRelease
{
    /// <summary>The last migration of that release: later ones must be additive.</summary>
    public const string LastMigration = "20261124020000_Imports";

    private const string ReleasedCommit = "f11a5d44092c3afe42618f0344301ee9a77892bd";

    private static readonly string[] Sources = ["WebApp", "Directory.Build.props", "Directory.Packages.props", "global.json", ".editorconfig"];
    private static readonly string Repository = Path.GetFullPath(Path.Combine(TestApp.ContentRoot, ".."));
    private static readonly Lazy<Task<string>> Built = new(BuildAsync);

    /// <summary>The commit; <c>WEBAPP_PREVIOUS_RELEASE</c> names another.</summary>
    public static string Commit { get; } = Environment.GetEnvironmentVariable("WEBAPP_PREVIOUS_RELEASE") is { Length: > 0 } other ? other : ReleasedCommit;

    /// <summary>Starts a node of it. Settings are <c>Key=value</c>, given through the environment. The test is skipped where the history is not at hand.</summary>
    public static async Task<AppProcess> StartAsync(string connectionString, params string[] settings)
    {
        var directory = await Built.Value;
        return await AppProcess.StartVersionAsync(Path.Combine(directory, "bin", "Debug", "net10.0", "WebApp.dll"), directory, connectionString, settings);
    }

    private static async Task<string> BuildAsync()
    {
        if (await RunAsync("git", "-C", Repository, "-c", "safe.directory=*", "cat-file", "-e", $"{Commit}^{{commit}}") is not (0, _))
        {
            Assert.Ignore($"This copy of the repository has no history with {Commit}, so there is no last release to run. Fetch it with git fetch --unshallow.");
        }

        var home = Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, "previous-release", Commit)).FullName;
        await using var turn = await TakeTurnAsync(Path.Combine(home, "lock"));
        var (sources, done) = (Path.Combine(home, "source"), Path.Combine(home, "done"));
        if (!File.Exists(done))
        {
            await ExtractAsync(sources);
            var (code, output) = await RunAsync(
                "dotnet", "build", Path.Combine(sources, "WebApp"), "-c", "Debug", "--nologo", "-v", "quiet", "-nodeReuse:false", "-p:UseSharedCompilation=false", "-p:RunAnalyzers=false",
                "-p:EnforceCodeStyleInBuild=false", "-p:GenerateDocumentationFile=false", "-p:TreatWarningsAsErrors=false");
            Assert.That(code, Is.Zero, output);
            await File.WriteAllTextAsync(done, "");
        }

        return Path.Combine(sources, "WebApp");
    }

    private static async Task ExtractAsync(string target)
    {
        if (Directory.Exists(target))
        {
            Directory.Delete(target, recursive: true);
        }

        Directory.CreateDirectory(target);
        using var git = Start("git", ["-C", Repository, "-c", "safe.directory=*", "archive", "--format=tar", Commit, "--", .. Sources]);
        await TarFile.ExtractToDirectoryAsync(git.StandardOutput.BaseStream, target, overwriteFiles: true);
        await git.WaitForExitAsync();
        Assert.That(git.ExitCode, Is.Zero, "git archive");
    }

    // Two runs of the tests may start at once.
    private static async Task<FileStream> TakeTurnAsync(string path)
    {
        while (true)
        {
            try
            {
                return new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException)
            {
                await Task.Delay(200);
            }
        }
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(string program, params string[] arguments)
    {
        using var process = Start(program, arguments);
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, await output + await errors);
    }

    private static Process Start(string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        // What dotnet test set for itself is nothing to another build.
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToList())
        {
            start.Environment.Remove(name);
        }

        return Process.Start(start)!;
    }
}
