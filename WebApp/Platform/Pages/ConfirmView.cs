namespace WebApp.Platform.Pages;

/// <summary>
/// The model of <c>_Confirm.cshtml</c>: a button that asks before it does something that cannot be undone, or that ends access which somebody must set up again.
/// Where the consequences need more than a sentence, there is a page of its own instead.
/// </summary>
/// <param name="Action">The path that the form is sent to.</param>
/// <param name="Label">What the button does.</param>
/// <param name="Question">The question, with the consequence.</param>
/// <param name="About">What it is done to, for screen readers, if several such buttons are on the page.</param>
public sealed record ConfirmView(string Action, string Label, string Question, string? About = null)
{
    /// <summary>Whether it stands in a row of a list, small.</summary>
    public bool InRow => About is not null;

    /// <summary>A hidden field; null if there is none.</summary>
    public (string Name, string Value)? Field { get; init; }
}
