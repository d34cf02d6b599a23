namespace WebApp.Areas.Admin.Policy;

/// <summary><c>/admin/policy</c>.</summary>
/// <param name="Sections">The configuration.</param>
/// <param name="Alerts">What the rules of suspicion found last, in words, newest first.</param>
public sealed record PolicyPage(IReadOnlyList<PolicySection> Sections, IReadOnlyList<(DateTimeOffset At, string Words)> Alerts);

/// <summary>A setting as it is in force.</summary>
/// <param name="Key">What it is called in the configuration.</param>
/// <param name="Means">What it says, in a few words.</param>
/// <param name="Value">What it is; never a secret.</param>
/// <param name="Default">What it would be if nobody had said anything; null where there is no such thing.</param>
public sealed record PolicyLine(string Key, string Means, string Value, string? Default)
{
    /// <summary>Whether it was set to something else than its default.</summary>
    public bool IsChanged => Default is not null && Value != Default;
}

/// <summary>Settings about one thing.</summary>
public sealed record PolicySection(string Title, IReadOnlyList<PolicyLine> Lines);
