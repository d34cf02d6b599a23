using WebApp.Tests.Support;

namespace WebApp.Tests.Benchmarks.Peers;

/// <summary>A run as the documents show it.</summary>
/// <param name="Name">The benchmark's, as in <c>./dev bench</c>.</param>
/// <param name="Sections">What its parts found.</param>
/// <param name="Noise">What the gauge says.</param>
internal sealed record Report(string Name, IReadOnlyList<Findings> Sections, string Noise)
{
    private string Begin => $"<!-- ./dev bench {Name} writes what follows -->";

    private string End => $"<!-- ./dev bench {Name} wrote what precedes -->";

    /// <summary>The table that sums up.</summary>
    public string Summary => $"""
        | | reference | WebApp | ratio | wanted |
        |---|---|---|---|---|
        {string.Join('\n', Sections.SelectMany(section => section.Summary).Select(row => $"| {row.Path} | {row.Reference} | {row.WebApp} | {row.Ratio} | {row.Wanted} |"))}

        """;

    /// <summary>Writes it between its marks in <c>docs/performance.md</c>.</summary>
    public Task WriteAsync(TextWriter output) => WriteAsync("docs/performance.md", $"{Summary}\n{Noise}\n\n{string.Join('\n', Sections.Select(section => section.Tables))}", output);

    /// <summary>Writes its summary between its marks in the README.</summary>
    public Task WriteSummaryAsync(TextWriter output) => WriteAsync("README.md", $"{Summary}\n{Noise}\n", output);

    private async Task WriteAsync(string file, string text, TextWriter output)
    {
        var path = Path.Combine(TestApp.ContentRoot, "..", file);
        var document = await File.ReadAllTextAsync(path);
        var (begin, end) = (document.IndexOf(Begin, StringComparison.Ordinal), document.IndexOf(End, StringComparison.Ordinal));
        if (begin < 0 || end < begin)
        {
            await output.WriteLineAsync($"{file} has no place for it.");
            return;
        }

        await File.WriteAllTextAsync(path, $"{document[..(begin + Begin.Length)]}\n\n{text}\n{document[end..]}");
        await output.WriteLineAsync($"Written into {file}.");
    }
}
