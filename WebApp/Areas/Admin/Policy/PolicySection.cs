namespace WebApp.Areas.Admin.Policy;

/// <summary>Settings about one thing.</summary>
public sealed record PolicySection(string Title, IReadOnlyList<PolicyLine> Lines);
