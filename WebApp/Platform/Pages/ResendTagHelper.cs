using System.Globalization;
using Microsoft.AspNetCore.Razor.TagHelpers;

namespace WebApp.Platform.Pages;

/// <summary>
/// <c>&lt;form method="post" sent-at="@code.CreatedAt"&gt;</c>: a form that sends a mail again. <c>resend.js</c> disables its button until the last mail can have
/// arrived, and the button says how long that is. Without JavaScript the button works at once; whether a mail is sent is decided by the server alone.
/// </summary>
/// <param name="clock">Gives the time.</param>
[HtmlTargetElement("form", Attributes = "sent-at")]
public sealed class ResendTagHelper(TimeProvider clock) : TagHelper
{
    /// <summary>How long after a mail another one is offered.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    /// <summary>When the last mail was sent; null if it is not known.</summary>
    public DateTimeOffset? SentAt { get; set; }

    /// <summary>How long the server said to wait, if it refused to send one.</summary>
    public TimeSpan? Wait { get; set; }

    /// <inheritdoc/>
    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        ArgumentNullException.ThrowIfNull(output);
        var wait = Wait ?? (SentAt is { } sent ? sent + Pause - clock.GetUtcNow() : TimeSpan.Zero);
        output.Attributes.SetAttribute("data-resend", Math.Max(0, Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture));
        output.Attributes.SetAttribute("data-seconds", T("(in {0} s)"));
        output.Attributes.SetAttribute("data-minutes", T("(in {0} min)"));
    }
}
