namespace WebApp.Areas.Admin.Policy;

/// <summary><c>/admin/policy</c>.</summary>
/// <param name="Sections">The configuration.</param>
/// <param name="Alerts">What the rules of suspicion found last, in words, newest first.</param>
public sealed record PolicyPage(IReadOnlyList<PolicySection> Sections, IReadOnlyList<(DateTimeOffset At, string Words)> Alerts);
