using Microsoft.AspNetCore.Html;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.AspNetCore.Razor.TagHelpers;

namespace WebApp.Platform.Pages;

/// <summary>
/// <c>&lt;field for="Email" type="email" autocomplete="username" hint="…" /&gt;</c>: label, hint, input and error, linked by ids
/// for screen readers, together with what an <c>aria-describedby</c> names. Other attributes are set on the input; the element's content follows it. The
/// markup is in <c>_Field.cshtml</c>.
/// </summary>
public sealed class FieldTagHelper(IHtmlHelper html, FormDrafts drafts) : TagHelper
{
    private static readonly object FocusTaken = new();

    /// <summary>The model's property.</summary>
    public required ModelExpression For { get; set; }

    /// <summary>The input's type.</summary>
    public string Type { get; set; } = "text";

    /// <summary>A help text between label and input.</summary>
    public string? Hint { get; set; }

    /// <summary>Whether the field is optional, which its label shows. All other fields are required.</summary>
    public bool Optional { get; set; }

    /// <summary>The context of the view.</summary>
    [ViewContext]
    [HtmlAttributeNotBound]
    public required ViewContext ViewContext { get; set; }

    /// <inheritdoc/>
    public override async Task ProcessAsync(TagHelperContext context, TagHelperOutput output)
    {
        ArgumentNullException.ThrowIfNull(output);
        var name = ViewContext.ViewData.TemplateInfo.GetFullHtmlFieldName(For.Name);
        var id = TagBuilder.CreateSanitizedId(name, "_");
        var error = ViewContext.ViewData.ModelState[name]?.Errors.FirstOrDefault()?.ErrorMessage;
        var input = Input(name, id, error, output.Attributes);
        var view = new FieldView(id, For.Metadata.GetDisplayName(), Optional, Hint, error, input, await output.GetChildContentAsync());
        ((IViewContextAware)html).Contextualize(ViewContext);
        output.TagName = null;
        output.Content.SetHtmlContent(await html.PartialAsync("_Field", view));
    }

    private TagBuilder Input(string name, string id, string? error, TagHelperAttributeList given)
    {
        var input = new TagBuilder("input") { TagRenderMode = TagRenderMode.SelfClosing };
        input.MergeAttributes(given.ToDictionary(a => a.Name, a => a.Value?.ToString()));
        input.MergeAttributes(new Dictionary<string, string?> { ["class"] = "input", ["id"] = id, ["name"] = name, ["type"] = Type });
        if (!Optional)
        {
            input.Attributes["required"] = null;
        }

        if (Value(name) is { Length: > 0 } value)
        {
            input.Attributes["value"] = value;
        }

        string?[] described = [Hint is null ? null : FieldView.HintIdOf(id), error is null ? null : FieldView.ErrorIdOf(id), input.Attributes.GetValueOrDefault("aria-describedby")];
        if (described.Any(d => d is not null))
        {
            input.Attributes["aria-describedby"] = string.Join(' ', described.OfType<string>());
        }

        if (error is not null)
        {
            input.Attributes["aria-invalid"] = "true";
            TakeFocus(input);
        }

        return input;
    }

    /// <summary>The value typed in this form, else in a saved draft of it, else the model's value. A password is never sent back to the page.</summary>
    private string? Value(string name) =>
        Type == "password" ? null : ViewContext.ViewData.ModelState[name]?.AttemptedValue ?? drafts.Find(ViewContext.HttpContext, name) ?? For.Model?.ToString();

    /// <summary>Sets the focus to the first field with an error.</summary>
    private void TakeFocus(TagBuilder input)
    {
        if (ViewContext.HttpContext.Items.TryAdd(FocusTaken, true))
        {
            input.Attributes["autofocus"] = null;
        }
    }
}

/// <summary>The model of <c>_Field.cshtml</c>.</summary>
/// <param name="Id">The input's id.</param>
/// <param name="Label">The field's label.</param>
/// <param name="Optional">Whether it may be empty.</param>
/// <param name="Hint">The help text, or null.</param>
/// <param name="Error">The error message, or null.</param>
/// <param name="Input">The input element.</param>
/// <param name="After">The content after the input.</param>
public sealed record FieldView(string Id, string Label, bool Optional, string? Hint, string? Error, IHtmlContent Input, IHtmlContent After)
{
    /// <summary>The id of the hint, for <c>aria-describedby</c>.</summary>
    public string HintId => HintIdOf(Id);

    /// <summary>The id of the error, for <c>aria-describedby</c>.</summary>
    public string ErrorId => ErrorIdOf(Id);

    internal static string HintIdOf(string id) => $"{id}-hint";

    internal static string ErrorIdOf(string id) => $"{id}-error";
}
