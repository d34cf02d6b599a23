using System.Text.RegularExpressions;
using WebApp.Tests.Support;

namespace WebApp.Tests.Architecture;

/// <summary>The C# files of the repository: how long they may be, and the categories by which tests are chosen.</summary>
public sealed partial class SourceFileTests
{
    private const int MostLines = 250;

    private static readonly string Repository = Path.GetFullPath(Path.Combine(TestApp.ContentRoot, ".."));

    // Generated.
    private static readonly string[] Generated = ["AppDbContextModelSnapshot.cs"];

    private static IEnumerable<(string Path, string Text)> Sources => new[] { "WebApp", "WebApp.Tests" }
        .SelectMany(project => Directory.EnumerateFiles(Path.Combine(Repository, project), "*.cs", SearchOption.AllDirectories))
        .Select(path => Path.GetRelativePath(Repository, path))
        .Where(path => path.Split(Path.DirectorySeparatorChar) is not [_, "bin" or "obj", ..])
        .Select(path => (path, File.ReadAllText(Path.Combine(Repository, path))));

    private static IEnumerable<(string Path, string Text)> Fixtures =>
        Sources.Where(source => source.Path.EndsWith("Tests.cs", StringComparison.Ordinal) && !source.Path.Contains("Architecture", StringComparison.Ordinal));

    [Test]
    public void No_file_is_longer_than_250_lines()
    {
        var sources = Sources.Where(source => !Generated.Contains(Path.GetFileName(source.Path))).ToArray();
        Assert.That(sources, Has.Length.GreaterThan(500));
        Assert.That(sources.Where(source => source.Text.Count(c => c == '\n') > MostLines).Select(source => source.Path), Is.Empty);
    }

    [Test]
    public void Fixtures_that_open_a_browser_are_of_the_category_Browser() =>
        Assert.That(Without("Browser", OpensBrowser()), Is.Empty);

    [Test]
    public void Fixtures_that_start_a_process_are_of_the_category_Process() =>
        Assert.That(Without("Process", StartsProcess()), Is.Empty);

    private static IEnumerable<string> Without(string category, Regex uses) =>
        Fixtures.Where(source => uses.IsMatch(source.Text) && !source.Text.Contains($"Category(\"{category}\")]", StringComparison.Ordinal)).Select(source => source.Path);

    [GeneratedRegex(@"\bChromium\.OpenAsync|: AuthClientPage\b")]
    private static partial Regex OpensBrowser();

    [GeneratedRegex(@"\b(AppProcess|PostgresCluster|PostgresProgram|Nginx|Caddy|PgBouncer|PreviousRelease|TwoVersions|FailoverSite|OwnCluster)\b|\bProcess\.Start\b|ProcessStartInfo|LocalServer\.StartAsync")]
    private static partial Regex StartsProcess();
}
