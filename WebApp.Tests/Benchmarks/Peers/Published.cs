using System.Diagnostics;
using WebApp.Tests.Support;

namespace WebApp.Tests.Benchmarks.Peers;

/// <summary>A program as <c>dotnet publish -c Release</c> makes it, or a script with its packages.</summary>
/// <param name="Folder">Where it is.</param>
/// <param name="File">Its assembly or script.</param>
/// <param name="Interpreter">What runs it.</param>
internal sealed record Published(string Folder, string File, string Interpreter = "dotnet")
{
    private static readonly string Root = Path.GetFullPath(Path.Combine(TestApp.ContentRoot, ".."));
    private static readonly string[] CompiledAhead = ["--use-current-runtime", "--no-self-contained"];

    /// <summary>The application as its image has it: compiled ahead for this runtime.</summary>
    public static Published WebApp { get; } = In("webapp", "WebApp");

    /// <summary>The reference applications, compiled ahead in the same way.</summary>
    public static Published Peers { get; } = In("peers", "WebApp.Peers");

    /// <summary>The reference applications as published without further arguments: the framework is compiled ahead, their packages are not.</summary>
    public static Published PlainPeers { get; } = In("peers-plain", "WebApp.Peers");

    /// <summary>npm's oidc-provider, in the folder of its source.</summary>
    public static Published OidcProvider { get; } = new(Path.Combine(Root, "WebApp.Peers", "OidcProvider"), "server.js", "node");

    /// <summary>Publishes all.</summary>
    public static async Task PublishAsync()
    {
        await PublishAppAsync();
        await PublishAsync(Peers, CompiledAhead);
        await PublishAsync(PlainPeers);
    }

    /// <summary>Publishes the application alone.</summary>
    public static Task PublishAppAsync() => PublishAsync(WebApp, CompiledAhead);

    /// <summary>Installs the packages of <see cref="OidcProvider"/>; false where npm is not installed.</summary>
    public static async Task<bool> InstallOidcProviderAsync()
    {
        try
        {
            await RunAsync(OidcProvider.Folder, "npm", "ci", "--no-progress", "--no-audit");
            return true;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    private static Published In(string folder, string project) => new(Path.Combine(Root, "artifacts", "bench", folder), $"{project}.dll");

    private static async Task PublishAsync(Published program, params string[] arguments)
    {
        var project = Path.Combine(Root, Path.GetFileNameWithoutExtension(program.File));
        // Analyzers have had their say when this was built.
        await RunAsync(
            Root, "dotnet",
            ["publish", project, "-c", "Release", "--nologo", "-v", "quiet", "-o", program.Folder, "-p:RunAnalyzers=false", "-p:UseSharedCompilation=false", "-nodeReuse:false", .. arguments]);
    }

    private static async Task RunAsync(string folder, string command, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(command, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true })!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{command} {arguments[0]} in {folder} failed:\n{output}");
        }
    }
}
