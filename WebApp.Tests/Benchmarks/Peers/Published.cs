using System.Diagnostics;
using WebApp.Tests.Support;

namespace WebApp.Tests.Benchmarks.Peers;

/// <summary>A program as <c>dotnet publish -c Release</c> makes it.</summary>
internal sealed record Published(string Folder, string Assembly)
{
    private static readonly string Root = Path.GetFullPath(Path.Combine(TestApp.ContentRoot, ".."));

    /// <summary>The application as its image has it: compiled ahead for this runtime.</summary>
    public static Task<Published> WebAppAsync() => PublishAsync("WebApp", "webapp", "--use-current-runtime", "--no-self-contained");

    /// <summary>The reference applications, compiled ahead in the same way.</summary>
    public static Task<Published> PeersAsync() => PublishAsync("WebApp.Peers", "peers", "--use-current-runtime", "--no-self-contained");

    /// <summary>The reference applications as published without further arguments: the framework is compiled ahead, their packages are not.</summary>
    public static Task<Published> PlainPeersAsync() => PublishAsync("WebApp.Peers", "peers-plain");

    private static async Task<Published> PublishAsync(string project, string name, params string[] arguments)
    {
        var folder = Path.Combine(Root, "artifacts", "bench", name);
        // Analyzers have had their say when this was built.
        string[] all = ["publish", Path.Combine(Root, project), "-c", "Release", "--nologo", "-v", "quiet", "-o", folder, "-p:RunAnalyzers=false", "-p:UseSharedCompilation=false", "-nodeReuse:false", .. arguments];
        using var publish = Process.Start(new ProcessStartInfo("dotnet", all) { RedirectStandardOutput = true })!;
        var output = await publish.StandardOutput.ReadToEndAsync();
        await publish.WaitForExitAsync();
        return publish.ExitCode == 0 ? new(folder, $"{project}.dll") : throw new InvalidOperationException($"dotnet publish {project} failed:\n{output}");
    }
}
