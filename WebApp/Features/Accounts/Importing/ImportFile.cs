using System.Security.Cryptography;
using System.Text;

namespace WebApp.Features.Accounts.Importing;

/// <summary>A file with accounts, read as a stream.</summary>
internal sealed class ImportFile : IDisposable
{
    private readonly FileStream stream;
    private readonly bool isCsv;

    private ImportFile(FileStream stream, bool isCsv, byte[] digest) => (this.stream, this.isCsv, Digest) = (stream, isCsv, digest);

    /// <summary>Its SHA-256.</summary>
    public byte[] Digest { get; }

    /// <summary>How much of it was read, from 0 to a little less than 1: the last of it may still be in a buffer.</summary>
    public double Share => Math.Min(0.99, (double)stream.Position / Math.Max(1, stream.Length));

    /// <summary>Opens it and reads it once, for its digest.</summary>
    /// <exception cref="ImportException">It cannot be read, or is of no kind known here.</exception>
    public static async Task<ImportFile> OpenAsync(string path, CancellationToken cancel)
    {
        var isCsv = Path.GetExtension(path).ToLowerInvariant() switch
        {
            ".csv" => true,
            ".ndjson" or ".jsonl" => false,
            _ => throw new ImportException("A file to import is called ….csv or ….ndjson."),
        };
        try
        {
            var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 64 * 1024, useAsync: false);
            var digest = await SHA256.HashDataAsync(stream, cancel);
            stream.Position = 0;
            return new(stream, isCsv, digest);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new ImportException(failure.Message);
        }
    }

    /// <summary>Its lines, once. UTF-8; a byte order mark is passed over, and one of UTF-16 believed.</summary>
    public IEnumerable<ImportRecord> Read()
    {
        var lines = new LineReader(new StreamReader(stream, Encoding.UTF8, detectEncodingFromByteOrderMarks: true, leaveOpen: true));
        return isCsv ? CsvRecords.Read(lines) : NdjsonRecords.Read(lines);
    }

    /// <inheritdoc/>
    public void Dispose() => stream.Dispose();
}
