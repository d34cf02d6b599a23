using System.Text;
using System.Text.Encodings.Web;
using WebApp.Platform.Startup;

namespace WebApp.Platform.Mail.Messages;

/// <summary>A mail as HTML: an article, since mail programs show it inside landmarks of their own; inline styles, nothing fetched from anywhere.</summary>
/// <remarks>
/// Text keeps the reader's own colours, so that it is legible in light and dark; only what brings its own background
/// brings its own colour (white on #2456a6: 7.1 to 1).
/// </remarks>
internal static class HtmlLayout
{
    private const string Border = "border:1px solid #8a8f98;border-radius:8px";

    public static string Render(AppOptions app, string title, IEnumerable<MailBlock> blocks)
    {
        var body = new StringBuilder();
        foreach (var block in blocks)
        {
            body.Append(Render(block)).Append('\n');
        }

        return $"""
            <!DOCTYPE html>
            <html lang="en" style="color-scheme:light dark">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <meta name="supported-color-schemes" content="light dark">
            <title>{Encode(title)}</title>
            </head>
            <body style="margin:0;padding:24px 16px;font:16px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif">
            <div role="article" style="max-width:560px;margin:0 auto">
            <h1 style="margin:0 0 16px;font-size:22px;line-height:1.3">{Encode(title)}</h1>
            {body}</div>
            <div style="max-width:560px;margin:32px auto 0;padding-top:12px;border-top:1px solid #8a8f98;font-size:14px">
            <p style="margin:0">{Encode(app.Name)}<br><a href="{Encode(app.Link("/"))}" style="color:inherit">{Encode(app.Link("/"))}</a></p>
            </div>
            </body>
            </html>

            """.ReplaceLineEndings("\n");
    }

    private static string Render(MailBlock block) => block switch
    {
        MailBlock.Paragraph { Words: var words } => $"""<p style="margin:0 0 16px">{Encode(words)}</p>""",
        MailBlock.Action { Label: var label, Url: var url } => $"""
            <p style="margin:24px 0 8px"><a href="{Encode(url)}" style="display:inline-block;padding:12px 20px;border-radius:8px;background:#2456a6;color:#ffffff;font-weight:600;text-decoration:none">{Encode(label)}</a></p>
            <p style="margin:0 0 16px;font-size:14px;overflow-wrap:anywhere">Or open this link:<br><a href="{Encode(url)}" style="color:inherit">{Encode(url)}</a></p>
            """,
        MailBlock.Code { Digits: var digits } =>
            $"""<p style="margin:0 0 16px;padding:12px 16px;{Border}">Code: <strong style="font:600 22px/1.3 ui-monospace,Consolas,monospace;letter-spacing:2px">{Encode(digits)}</strong></p>""",
        MailBlock.Facts { Lines: var lines } =>
            $"""<ul style="margin:0 0 16px;padding:12px 16px;list-style:none;{Border}">{string.Concat(lines.Select(line => $"<li><strong>{Encode(line.Name)}:</strong> {Encode(line.Value)}</li>"))}</ul>""",
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static string Encode(string words) => HtmlEncoder.Default.Encode(words);
}
