using Microsoft.AspNetCore.Html;

namespace WebApp.Platform.Pages;

/// <summary>A form field as <c>_Field.cshtml</c> draws it.</summary>
/// <param name="Id">The input's id.</param>
/// <param name="Label">What the field is called.</param>
/// <param name="Optional">Whether it may stay empty.</param>
/// <param name="Hint">Help, or null.</param>
/// <param name="Error">What is wrong with it, or null.</param>
/// <param name="Input">The input element.</param>
/// <param name="After">What follows it.</param>
public sealed record FieldView(string Id, string Label, bool Optional, string? Hint, string? Error, IHtmlContent Input, IHtmlContent After)
{
    /// <summary>The id of the hint, for <c>aria-describedby</c>.</summary>
    public string HintId => HintIdOf(Id);

    /// <summary>The id of the error, for <c>aria-describedby</c>.</summary>
    public string ErrorId => ErrorIdOf(Id);

    internal static string HintIdOf(string id) => $"{id}-hint";

    internal static string ErrorIdOf(string id) => $"{id}-error";
}
