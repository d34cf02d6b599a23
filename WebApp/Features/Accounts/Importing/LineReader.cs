using System.Text;

namespace WebApp.Features.Accounts.Importing;

/// <summary>Reads a text line by line, whatever ends them (LF or CR LF), and never holds more than a bounded part of one.</summary>
internal sealed class LineReader(TextReader text)
{
    /// <summary>Characters of a line: far more than any account needs.</summary>
    public const int MaxLength = 16 * 1024;

    private readonly char[] buffer = new char[4096];
    private readonly StringBuilder line = new();
    private int at;
    private int end;

    /// <summary>The number of the line last read; the first is 1.</summary>
    public long Number { get; private set; }

    /// <summary>The next line, cut off behind <see cref="MaxLength"/>; null at the end.</summary>
    public string? Next()
    {
        line.Clear();
        var any = false;
        while (at < end || Fill())
        {
            any = true;
            var rest = buffer.AsSpan(at, end - at);
            var newline = rest.IndexOf('\n');
            var part = newline < 0 ? rest : rest[..newline];
            line.Append(part[..Math.Min(part.Length, MaxLength + 2 - line.Length)]);
            at += part.Length + (newline < 0 ? 0 : 1);
            if (newline >= 0)
            {
                break;
            }
        }

        if (!any)
        {
            return null;
        }

        Number++;
        return line is [.., '\r'] ? line.ToString(0, line.Length - 1) : line.ToString();
    }

    private bool Fill()
    {
        (at, end) = (0, text.Read(buffer));
        return end > 0;
    }
}
