namespace WebApp.Features.Groups;

/// <summary>What somebody is in a group.</summary>
public static class GroupRole
{
    /// <summary>Does everything: exactly one in each group.</summary>
    public const string Owner = "owner";

    /// <summary>Renames the group, invites and removes members; does not touch the owner or other administrators.</summary>
    public const string Admin = "admin";

    /// <summary>Sees who is in the group.</summary>
    public const string Member = "member";

    /// <summary>Whether a role may invite and remove.</summary>
    public static bool Manages(string role) => role is Owner or Admin;

    /// <summary>Whether a role may invite, remove or take back the invitation of another: the owner anybody's, administrators members'.</summary>
    public static bool IsAbove(string role, string other) => role == Owner ? other != Owner : role == Admin && other == Member;
}
