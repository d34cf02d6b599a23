using WebApp.Tests.Support;

namespace WebApp.Tests.Benchmarks.Peers;

/// <summary>A run as the documents show it.</summary>
internal sealed record Report(IReadOnlyList<Findings> Sections, string Noise)
{
    private const string Begin = "<!-- ./dev bench peers writes what follows -->";
    private const string End = "<!-- ./dev bench peers wrote what precedes -->";

    /// <summary>The table that sums up.</summary>
    public string Summary => $"""
        | | reference | WebApp | ratio | wanted |
        |---|---|---|---|---|
        {string.Join('\n', Sections.SelectMany(section => section.Summary).Select(row => $"| {row.Path} | {row.Reference} | {row.WebApp} | {row.Ratio} | {row.Wanted} |"))}

        """;

    /// <summary>Writes it between the marks of <c>docs/performance.md</c>, and its summary between those of the README.</summary>
    public async Task WriteAsync(TextWriter output)
    {
        await WriteAsync("README.md", $"{Summary}\n{Noise}\n", output);
        await WriteAsync("docs/performance.md", $"{Summary}\n{Noise}\n\n{string.Join('\n', Sections.Select(section => section.Tables))}", output);
    }

    private static async Task WriteAsync(string file, string text, TextWriter output)
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
