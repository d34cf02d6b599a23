using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.AspNetCore.Html;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.AspNetCore.Razor.TagHelpers;

namespace WebApp.Platform.Pages;

/// <summary>
/// <c>&lt;icon name="warning" /&gt;</c>: a symbol of <c>wwwroot/icons.svg</c> in the colour of its text. It is decoration; the text beside it has the meaning.
/// Browsers load the file under <c>img-src</c>, Firefox since version 132 (bug 1773976).
/// </summary>
/// <param name="versions">Gives the address with the version of the file, as <c>asp-append-version</c> does.</param>
public sealed class IconTagHelper(IFileVersionProvider versions) : TagHelper
{
    /// <summary>Where the file is.</summary>
    public const string File = "/icons.svg";

    private const double PixelsPerRem = 16;

    private static readonly ConcurrentDictionary<(string File, string Name, int Size), HtmlString> Markup = new();

    /// <summary>The symbol's id.</summary>
    public required string Name { get; set; }

    /// <summary>Width and height in CSS pixels at the usual size of text, with which they grow.</summary>
    public int Size { get; set; } = 20;

    /// <summary>Writes the drawing in place of the element: made once for each name and size, because a page has dozens.</summary>
    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        ArgumentNullException.ThrowIfNull(output);
        output.TagName = null;
        output.Content.SetHtmlContent(Markup.GetOrAdd((versions.AddFileVersionToPath(PathString.Empty, File), Name, Size), Draw));
    }

    private static HtmlString Draw((string File, string Name, int Size) icon) => new(string.Create(
        CultureInfo.InvariantCulture, $"<svg width=\"{icon.Size / PixelsPerRem}rem\" height=\"{icon.Size / PixelsPerRem}rem\" aria-hidden=\"true\"><use href=\"{icon.File}#{icon.Name}\"></use></svg>"));
}
