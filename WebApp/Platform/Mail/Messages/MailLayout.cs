using System.Text;
using WebApp.Platform.Startup;

namespace WebApp.Platform.Mail.Messages;

/// <summary>The one look of every mail.</summary>
/// <remarks>No mail greets by name: whoever registers chooses the name, and could choose an advertisement sent to a stranger's address.</remarks>
public static class MailLayout
{
    /// <summary>Lays the blocks out, twice, and signs them with the product's name and address.</summary>
    public static MailContent Compose(AppOptions app, string subject, params MailBlock[] blocks) =>
        new(subject, TextLayout.Render(app, subject, blocks), HtmlLayout.Render(app, subject, blocks));
}

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
