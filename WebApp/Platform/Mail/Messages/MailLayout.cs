using System.Net;
using System.Text;
using System.Text.Encodings.Web;
using WebApp.Platform.Startup;
using WebApp.Platform.Text;

namespace WebApp.Platform.Mail.Messages;

/// <summary>The layout of all mails.</summary>
/// <remarks>No mail greets by name: the name is chosen at registration, and could be an advertisement that is sent to a stranger's address.</remarks>
public static class MailLayout
{
    /// <summary>Renders the blocks as text and as HTML, and appends the product's name and address.</summary>
    public static MailContent Compose(AppOptions app, string subject, params MailBlock[] blocks) =>
        new(subject, TextLayout.Render(app, subject, blocks), HtmlLayout.Render(app, subject, blocks));
}

/// <summary>A mail as plain text.</summary>
internal static class TextLayout
{
    private const string Mailto = "mailto:";

    public static string Render(AppOptions app, string title, IEnumerable<MailBlock> blocks)
    {
        var text = new StringBuilder(title).Append("\n\n");
        foreach (var block in blocks)
        {
            text.Append(Render(block)).Append("\n\n");
        }

        // A line with "-- " begins a signature (RFC 3676 4.3).
        text.Append("-- \n").Append(app.Name).Append('\n').Append(app.Link("/")).Append('\n');
        foreach (var (name, address) in app.Branding.Links)
        {
            text.Append(name).Append(": ").Append(address.StartsWith(Mailto, StringComparison.Ordinal) ? address[Mailto.Length..] : address).Append('\n');
        }

        return text.ToString();
    }

    private static string Render(MailBlock block) => block switch
    {
        MailBlock.Paragraph { Text: var words } => words,
        MailBlock.Action { Label: var label, Url: var url } => $"{label}:\n{url}",
        MailBlock.Code { Digits: var digits } => $"{T("Code:")} {digits}",
        MailBlock.Facts { Lines: var lines } => string.Join('\n', lines.Select(line => $"{line.Name}: {line.Value}")),
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}

/// <summary>A mail as HTML: an article, because mail programs show it inside their own landmarks; with inline styles, and no external resource but the logo.</summary>
/// <remarks>
/// Text has the mail program's colours, so that it is legible in light and dark mode. Only an element with its own background
/// has its own colour (white on #2456a6: 7.1 to 1; another accent colour is checked at the start).
/// </remarks>
internal static class HtmlLayout
{
    private const string UsualAccent = "#2456a6";
    private const string Border = "border:1px solid #8a8f98;border-radius:8px";

    public static string Render(AppOptions app, string title, IEnumerable<MailBlock> blocks)
    {
        var body = new StringBuilder();
        foreach (var block in blocks)
        {
            body.Append(Render(block, app.Branding.AccentColor is { Length: > 0 } accent ? accent : UsualAccent)).Append('\n');
        }

        var logo = app.Branding is { LogoIsForMails: true, LogoAddress: { } address }
            ? $"""<p style="margin:0 0 16px"><img src="{Encode(app.Link(address))}" alt="{Encode(app.Name)}" height="40" style="height:40px;width:auto"></p>""" : "";
        var links = string.Concat(app.Branding.Links.Select(link => $"""<br><a href="{Encode(link.Address)}" style="color:inherit">{Encode(link.Text)}</a>"""));
        return $"""
            <!DOCTYPE html>
            <html lang="{Language.Current.Code}" style="color-scheme:light dark">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <meta name="supported-color-schemes" content="light dark">
            <title>{Encode(title)}</title>
            </head>
            <body style="margin:0;padding:24px 16px;font:16px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif">
            <div role="article" style="max-width:560px;margin:0 auto">
            {logo}<h1 style="margin:0 0 16px;font-size:22px;line-height:1.3">{Encode(title)}</h1>
            {body}</div>
            <div style="max-width:560px;margin:32px auto 0;padding-top:12px;border-top:1px solid #8a8f98;font-size:14px">
            <p style="margin:0">{Encode(app.Name)}<br><a href="{Encode(app.Link("/"))}" style="color:inherit">{Encode(app.Link("/"))}</a>{links}</p>
            </div>
            </body>
            </html>

            """.ReplaceLineEndings("\n");
    }

    private static string Render(MailBlock block, string accent) => block switch
    {
        MailBlock.Paragraph { Text: var words } => $"""<p style="margin:0 0 16px">{Encode(words)}</p>""",
        MailBlock.Action { Label: var label, Url: var url } => $"""
            <p style="margin:24px 0 8px"><a href="{Encode(url)}" style="display:inline-block;padding:12px 20px;border-radius:8px;background:{Encode(accent)};color:#ffffff;font-weight:600;text-decoration:none">{Encode(label)}</a></p>
            <p style="margin:0 0 16px;font-size:14px;overflow-wrap:anywhere">{Encode(T("Or open this link:"))}<br><a href="{Encode(url)}" style="color:inherit">{Encode(url)}</a></p>
            """,
        MailBlock.Code { Digits: var digits } =>
            $"""<p style="margin:0 0 16px;padding:12px 16px;{Border}">{Encode(T("Code:"))} <strong style="font:600 22px/1.3 ui-monospace,Consolas,monospace;letter-spacing:2px">{Encode(digits)}</strong></p>""",
        MailBlock.Facts { Lines: var lines } =>
            $"""<ul style="margin:0 0 16px;padding:12px 16px;list-style:none;{Border}">{string.Concat(lines.Select(line => $"<li><strong>{Encode(line.Name)}:</strong> {Encode(line.Value)}</li>"))}</ul>""",
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static string Encode(string words) => HtmlEncoder.Default.Encode(words);
}

/// <summary>One block of a mail. <see cref="MailLayout"/> renders each as text and as HTML, so that both have the same content.</summary>
public abstract record MailBlock
{
    private MailBlock()
    {
    }

    /// <summary>A paragraph.</summary>
    public sealed record Paragraph(string Text) : MailBlock;

    /// <summary>A link: in HTML a button, in text a line of its own.</summary>
    public sealed record Action(string Label, string Url) : MailBlock
    {
        /// <summary>A placeholder: the link may have a token.</summary>
        public override string ToString() => "Action(…)";
    }

    /// <summary>A code to type if the link cannot be opened.</summary>
    public sealed record Code(string Digits) : MailBlock
    {
        /// <summary>A placeholder without secrets.</summary>
        public override string ToString() => "Code(…)";
    }

    /// <summary>Names and values, one per line.</summary>
    public sealed record Facts(params IReadOnlyList<(string Name, string Value)> Lines) : MailBlock;
}

/// <summary>Time and origin of an event, as shown in a mail.</summary>
/// <param name="At">The time.</param>
/// <param name="Ip">The address, if known.</param>
/// <param name="Device">The device, such as "Firefox on Linux"; the client may have chosen the name, so it is shortened and kept on one line.</param>
public sealed record Occasion(DateTimeOffset At, IPAddress? Ip, string? Device)
{
    private const int MaxDeviceLength = 100;

    /// <summary>The event as lines of a mail.</summary>
    internal MailBlock.Facts ToFacts() => new(
        (T("When"), MailTime.Of(At)),
        (T("Device"), string.IsNullOrWhiteSpace(Device) ? T("unknown") : OneLine(Device)),
        (T("Address"), Ip?.ToString() ?? T("unknown")));

    /// <summary>A name that a user or client chose, shortened to 100 characters on one line.</summary>
    internal static string OneLine(string device) =>
        string.Concat(device.Take(MaxDeviceLength).Select(c => Text.OneLine.Breaks(c) ? ' ' : c));
}

/// <summary>Times in mails.</summary>
internal static class MailTime
{
    public static string Of(DateTimeOffset at) => at.ToUniversalTime().ToString(T("d MMMM yyyy, HH:mm 'UTC'"), Language.Current.Culture);

    public static string WithoutYear(DateTimeOffset at) => at.ToUniversalTime().ToString(T("d MMM HH:mm 'UTC'"), Language.Current.Culture);
}

/// <summary>The “this was not me” link of mails.</summary>
internal static class NotMeLink
{
    /// <summary>The lifetime of the link, as a paragraph.</summary>
    public static MailBlock Terms => new MailBlock.Paragraph(T("The link works once, for 7 days."));

    /// <summary>The link as a block.</summary>
    public static MailBlock Action(AppOptions app, string token) =>
        new MailBlock.Action(T("This was not me"), app.Link($"/not-me?token={Uri.EscapeDataString(token)}"));
}
