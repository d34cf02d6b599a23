namespace WebApp.Features.Accounts;

/// <summary>The forms at <c>/not-me</c> and <c>/undo-email-change</c>.</summary>
public sealed class TakingBackForm
{
    /// <summary>The link's token.</summary>
    public string? Token { get; init; }
}
