using System.Diagnostics;
using WebApp.Tests.Support;

namespace WebApp.Tests.Benchmarks.Peers;

/// <summary>A program as <c>dotnet publish -c Release</c> makes it.</summary>
internal sealed record Published(string Folder, string Assembly)
{
    private static readonly string Root = Path.GetFullPath(Path.Combine(TestApp.ContentRoot, ".."));
    private static readonly string[] CompiledAhead = ["--use-current-runtime", "--no-self-contained"];

    /// <summary>The application as its image has it: compiled ahead for this runtime.</summary>
    public static Published WebApp { get; } = In("webapp", "WebApp");

    /// <summary>The reference applications, compiled ahead in the same way.</summary>
    public static Published Peers { get; } = In("peers", "WebApp.Peers");

    /// <summary>The reference applications as published without further arguments: the framework is compiled ahead, their packages are not.</summary>
    public static Published PlainPeers { get; } = In("peers-plain", "WebApp.Peers");

    /// <summary>Publishes all.</summary>
    public static async Task PublishAsync()
    {
        await PublishAsync(WebApp, CompiledAhead);
        await PublishAsync(Peers, CompiledAhead);
        await PublishAsync(PlainPeers);
    }

    private static Published In(string folder, string project) => new(Path.Combine(Root, "artifacts", "bench", folder), $"{project}.dll");

    private static async Task PublishAsync(Published program, params string[] arguments)
    {
        var project = Path.Combine(Root, Path.GetFileNameWithoutExtension(program.Assembly));
        // Analyzers have had their say when this was built.
        string[] all = ["publish", project, "-c", "Release", "--nologo", "-v", "quiet", "-o", program.Folder, "-p:RunAnalyzers=false", "-p:UseSharedCompilation=false", "-nodeReuse:false", .. arguments];
        using var publish = Process.Start(new ProcessStartInfo("dotnet", all) { RedirectStandardOutput = true })!;
        var output = await publish.StandardOutput.ReadToEndAsync();
        await publish.WaitForExitAsync();
        if (publish.ExitCode != 0)
        {
            throw new InvalidOperationException($"dotnet publish {project} failed:\n{output}");
        }
    }
}
