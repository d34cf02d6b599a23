using System.Globalization;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.AspNetCore.Razor.TagHelpers;
using WebApp.Platform.Text;

namespace WebApp.Platform.Pages;

/// <summary>
/// <c>&lt;time at="@session.CreatedAt" data-relative /&gt;</c>: a time in the user's zone, or in UTC where they have set none; <c>local-times.js</c> then converts it to the browser's.
/// </summary>
[HtmlTargetElement("time", Attributes = "at")]
public sealed class TimeTagHelper : TagHelper
{
    /// <summary>The instant.</summary>
    public DateTimeOffset At { get; set; }

    /// <summary>The context of the view.</summary>
    [ViewContext]
    [HtmlAttributeNotBound]
    public required ViewContext ViewContext { get; set; }

    /// <inheritdoc/>
    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        ArgumentNullException.ThrowIfNull(output);
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("datetime", At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        output.Content.SetContent(PageTimes.Write(At, PageTimes.FindZone(ViewContext.HttpContext.TimeZone)));
    }
}

/// <summary>Times as text.</summary>
public static class PageTimes
{
    /// <summary>The time zone with this IANA name; null if there is none, or the system has no data of time zones.</summary>
    public static TimeZoneInfo? FindZone(string? name) =>
        name is { Length: <= 64 } && name.Contains('/', StringComparison.Ordinal) && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) && zone.HasIanaId ? zone : null;

    /// <summary>The time in <paramref name="zone"/>, or in UTC, in the current language.</summary>
    public static string Write(DateTimeOffset at, TimeZoneInfo? zone) => zone is null
        ? at.UtcDateTime.ToString(T("d MMM yyyy, HH:mm 'UTC'"), Language.Current.Culture)
        : TimeZoneInfo.ConvertTime(at, zone).ToString(T("d MMM yyyy, HH:mm"), Language.Current.Culture);
}
