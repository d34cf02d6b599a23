namespace WebApp.Features.Accounts;

/// <summary>A page of <c>/account/activity</c>.</summary>
/// <param name="Entries">Newest first.</param>
/// <param name="IsFirst">Whether it is the newest page.</param>
/// <param name="Next">Where the next page begins; null on the last.</param>
public sealed record ActivityPage(IReadOnlyList<ActivityEntry> Entries, bool IsFirst, Guid? Next);
