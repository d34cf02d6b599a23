namespace WebApp.Features.Groups;

/// <summary>What pages say of a result that is no success.</summary>
public static class GroupWords
{
    /// <summary>A sentence for people.</summary>
    public static string Of(GroupResult result) => result switch
    {
        GroupResult.Forbidden(var reason) => reason,
        GroupResult.Conflict(var reason) => reason,
        GroupResult.Invalid([var error, ..]) => error.Message,
        GroupResult.TooMany(var wait) => $"Too many invitations were sent lately. Try again in {Minutes(wait)}.",
        GroupResult.NotProven => "This invitation has been answered or taken back, or it is too old. Ask to be invited again.",
        _ => "That is no longer there.",
    };

    private static string Minutes(TimeSpan wait) => wait.TotalMinutes <= 1 ? "a minute" : wait.TotalHours > 2 ? $"{Math.Ceiling(wait.TotalHours)} hours" : $"{Math.Ceiling(wait.TotalMinutes)} minutes";

    /// <summary>A role as a badge shows it.</summary>
    public static string Role(string role) => role switch
    {
        GroupRole.Owner => "Owner",
        GroupRole.Admin => "Administrator",
        _ => "Member",
    };
}
