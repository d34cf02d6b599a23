using System.Text;
using WebApp.Platform.Startup;

namespace WebApp.Platform.Mail.Messages;

/// <summary>A mail as plain text.</summary>
internal static class TextLayout
{
    public static string Render(AppOptions app, string title, IEnumerable<MailBlock> blocks)
    {
        var text = new StringBuilder(title).Append("\n\n");
        foreach (var block in blocks)
        {
            text.Append(Render(block)).Append("\n\n");
        }

        // "-- " and a line of its own begin a signature (RFC 3676 4.3).
        return text.Append("-- \n").Append(app.Name).Append('\n').Append(app.Link("/")).Append('\n').ToString();
    }

    private static string Render(MailBlock block) => block switch
    {
        MailBlock.Paragraph { Words: var words } => words,
        MailBlock.Action { Label: var label, Url: var url } => $"{label}:\n{url}",
        MailBlock.Code { Digits: var digits } => $"Code: {digits}",
        MailBlock.Facts { Lines: var lines } => string.Join('\n', lines.Select(line => $"{line.Name}: {line.Value}")),
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
