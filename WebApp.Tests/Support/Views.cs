namespace WebApp.Tests.Support;

/// <summary>The Razor files of the application, as they are written.</summary>
internal static class Views
{
    /// <summary>Each by its path below the application.</summary>
    public static IReadOnlyList<(string Path, string Text)> All { get; } =
        [.. Directory.EnumerateFiles(TestApp.ContentRoot, "*.cshtml", SearchOption.AllDirectories)
            .Select(path => (Path.GetRelativePath(TestApp.ContentRoot, path).Replace('\\', '/'), File.ReadAllText(path)))
            .Where(view => !view.Item1.StartsWith("bin/", StringComparison.Ordinal) && !view.Item1.StartsWith("obj/", StringComparison.Ordinal))];
}
