using System.Collections.Concurrent;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Primitives;

namespace WebApp.Platform.Pages;

/// <summary>
/// The files of the web root, where a style sheet contains what it imports: people edit small files, and a page needs one request. A line
/// <c>@import "file" layer(name);</c> becomes the file's content in that layer. Comments and indentation are left out.
/// </summary>
/// <param name="files">The web root.</param>
/// <param name="keep">Whether a sheet is read once, or at every request because somebody may be editing it.</param>
public sealed partial class StyleSheetFiles(IFileProvider files, bool keep) : IFileProvider
{
    // By where the file lies, so that many spellings of a path are one entry.
    private readonly ConcurrentDictionary<string, IFileInfo> sheets = new(StringComparer.OrdinalIgnoreCase);

    /// <inheritdoc />
    public IFileInfo GetFileInfo(string subpath)
    {
        var file = files.GetFileInfo(subpath);
        if (!file.Exists || file.PhysicalPath is not { } path || !path.EndsWith(".css", StringComparison.Ordinal))
        {
            return file;
        }

        var folder = subpath[..(subpath.LastIndexOf('/') + 1)];
        return keep ? sheets.GetOrAdd(path, _ => Join(file, folder)) : Join(file, folder);
    }

    /// <inheritdoc />
    public IDirectoryContents GetDirectoryContents(string subpath) => files.GetDirectoryContents(subpath);

    /// <inheritdoc />
    public IChangeToken Watch(string filter) => files.Watch(filter.EndsWith(".css", StringComparison.Ordinal) ? "css/**/*.css" : filter);

    private Sheet Join(IFileInfo file, string folder)
    {
        var changed = file.LastModified;
        var text = Import().Replace(Read(file), import =>
        {
            var part = files.GetFileInfo(folder + import.Groups["file"].Value);
            changed = part.LastModified > changed ? part.LastModified : changed;
            return $"@layer {import.Groups["layer"].Value} {{\n{Read(part)}}}\n";
        });
        return new Sheet(file.Name, Encoding.UTF8.GetBytes(CommentOrIndentation().Replace(text, "")), changed);
    }

    private static string Read(IFileInfo file)
    {
        using var reader = new StreamReader(file.CreateReadStream());
        return reader.ReadToEnd();
    }

    [GeneratedRegex("""^@import "(?<file>[\w/-]+\.css)" layer\((?<layer>\w+)\);\r?\n""", RegexOptions.Multiline)]
    private static partial Regex Import();

    [GeneratedRegex(@"\s*/\*[\s\S]*?\*/|^\s+", RegexOptions.Multiline)]
    private static partial Regex CommentOrIndentation();

    private sealed class Sheet(string name, byte[] content, DateTimeOffset changed) : IFileInfo
    {
        public bool Exists => true;

        public long Length => content.Length;

        public string? PhysicalPath => null;

        public string Name => name;

        public DateTimeOffset LastModified => changed;

        public bool IsDirectory => false;

        public Stream CreateReadStream() => new MemoryStream(content, writable: false);
    }
}
