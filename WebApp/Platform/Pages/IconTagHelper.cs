using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.AspNetCore.Html;
using Microsoft.AspNetCore.Razor.TagHelpers;

namespace WebApp.Platform.Pages;

/// <summary><c>&lt;icon name="warning" /&gt;</c>: a line drawing in the colour of its text. It is decoration; the text beside it has the meaning.</summary>
public sealed class IconTagHelper : TagHelper
{
    // Drawn by hand on a 24×24 grid with a 1.75 stroke.
    private static readonly Dictionary<string, string> Drawings = new()
    {
        ["info"] = "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 11v5.5M12 7.6v.1",
        ["success"] = "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM8 12.3l2.8 2.8L16 9.5",
        ["warning"] = "M12 4 2.8 20h18.4zM12 10v4.5M12 17.2v.1",
        ["danger"] = "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 7.5v5.5M12 16.3v.1",
        ["mail"] = "M5 5.5h14a2 2 0 0 1 2 2v9a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2v-9a2 2 0 0 1 2-2zM3.5 7.5 12 13l8.5-5.5",
        ["person"] = "M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM4.5 20.5c.8-3.6 3.8-5.5 7.5-5.5s6.7 1.9 7.5 5.5",
        ["people"] = "M9 5a3.4 3.4 0 1 0 0 6.8A3.4 3.4 0 0 0 9 5zM2.5 19.5c.7-3.3 3.3-4.9 6.5-4.9s5.8 1.6 6.5 4.9M15.2 5.4a3 3 0 0 1 0 5.9M17.6 15c2 .6 3.4 2 3.9 4.5",
        ["browser"] = "M5 4.5h14a2 2 0 0 1 2 2v11a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2v-11a2 2 0 0 1 2-2zM3 9h18M6.2 6.8v.1M9 6.8v.1",
        ["terminal"] = "M5 4.5h14a2 2 0 0 1 2 2v11a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2v-11a2 2 0 0 1 2-2zM7 9.5l3 2.8-3 2.8M12.5 15.5H17",
        ["devices"] = "M20 10V6.5a2 2 0 0 0-2-2H5a2 2 0 0 0-2 2V14a2 2 0 0 0 2 2h6.5M8 19.5h3.5M16.5 10h3a1.5 1.5 0 0 1 1.5 1.5v7a1.5 1.5 0 0 1-1.5 1.5h-3a1.5 1.5 0 0 1-1.5-1.5v-7a1.5 1.5 0 0 1 1.5-1.5z",
        ["screen"] = "M5 4.5h14a2 2 0 0 1 2 2v8.5a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V6.5a2 2 0 0 1 2-2zM12 17v3.5M8 20.5h8",
        ["shield"] = "M12 3l7.5 2.8v5.7c0 4.5-3 7.8-7.5 9.5-4.5-1.7-7.5-5-7.5-9.5V5.8zM8.8 12l2.3 2.3 4.2-4.4",
        ["key"] = "M8 7.4a4.6 4.6 0 1 0 0 9.2 4.6 4.6 0 0 0 0-9.2zM12.6 12H21v3.2M17.2 12v2.6",
        ["phone"] = "M8.5 2.5h7a2 2 0 0 1 2 2v15a2 2 0 0 1-2 2h-7a2 2 0 0 1-2-2v-15a2 2 0 0 1 2-2zM11 18.3h2",
        ["lifebuoy"] = "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 8.2a3.8 3.8 0 1 0 0 7.6 3.8 3.8 0 0 0 0-7.6zM5.7 5.7l3.6 3.6M14.7 14.7l3.6 3.6M18.3 5.7l-3.6 3.6M9.3 14.7l-3.6 3.6",
        ["passkey"] = "M10 3.5a3.75 3.75 0 1 0 0 7.5 3.75 3.75 0 0 0 0-7.5zM3 19.5c.6-3.4 3.4-5.2 7-5.2 1 0 2 .15 2.9.45M17.75 10.5a2.75 2.75 0 0 0-1.25 5.2v4.6l1.25 1.2 1.75-1.75-1-1.25 1-1.25-.5-1.55a2.75 2.75 0 0 0-1.25-5.2z",
        ["badge"] = "M5 5h14a2 2 0 0 1 2 2v10a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V7a2 2 0 0 1 2-2zM9 8.5a2 2 0 1 0 0 4 2 2 0 0 0 0-4zM5.8 16c.4-1.5 1.7-2.3 3.2-2.3s2.8.8 3.2 2.3M15 10h3M15 13.5h3",
        ["lock"] = "M7 10.5h10a2 2 0 0 1 2 2V18a2 2 0 0 1-2 2H7a2 2 0 0 1-2-2v-5.5a2 2 0 0 1 2-2zM8.5 10.5V8a3.5 3.5 0 0 1 7 0v2.5M12 14v2.5",
        ["clock"] = "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 7.5V12l3.2 2",
        ["archive"] = "M4 4.5h16a1 1 0 0 1 1 1V8a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V5.5a1 1 0 0 1 1-1zM4.5 9v8.5a2 2 0 0 0 2 2h11a2 2 0 0 0 2-2V9M10 13h4",
        ["chart"] = "M4 4v16h16M8 16v-4M12 16V8M16 16v-6",
        ["forward"] = "M9 5l7 7-7 7",
    };

    private static readonly ConcurrentDictionary<(string Name, int Size), HtmlString> Markup = new();

    /// <summary>The icon's name.</summary>
    public required string Name { get; set; }

    /// <summary>Width and height in CSS pixels.</summary>
    public int Size { get; set; } = 20;

    /// <summary>Replaces the element with the drawing. The markup is cached for each name and size, because a page has dozens.</summary>
    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        ArgumentNullException.ThrowIfNull(output);
        output.TagName = null;
        output.Content.SetHtmlContent(Markup.GetOrAdd((Name, Size), Draw));
    }

    private static HtmlString Draw((string Name, int Size) icon) => new(string.Create(
        CultureInfo.InvariantCulture,
        $"<svg viewBox=\"0 0 24 24\" width=\"{icon.Size}\" height=\"{icon.Size}\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"1.75\" stroke-linecap=\"round\" stroke-linejoin=\"round\" aria-hidden=\"true\" focusable=\"false\"><path d=\"{Drawings[icon.Name]}\"></path></svg>"));
}
