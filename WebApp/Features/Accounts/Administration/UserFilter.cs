namespace WebApp.Features.Accounts.Administration;

/// <summary>Which accounts a list is cut down to.</summary>
public static class UserFilter
{
    /// <summary>Closed by an administrator, or by their owner's wish to have them deleted.</summary>
    public const string Locked = "locked";

    /// <summary>Whose address was never confirmed.</summary>
    public const string Unconfirmed = "unconfirmed";

    /// <summary>With the role <c>admin</c>.</summary>
    public const string Admins = "admins";

    /// <summary>That sign in by password alone.</summary>
    public const string NoSecondFactor = "no-second-factor";

    /// <summary>Every one, with its words.</summary>
    public static IReadOnlyList<(string Name, string Title)> All { get; } =
        [(Locked, "Locked"), (Unconfirmed, "Unconfirmed"), (Admins, "Administrators"), (NoSecondFactor, "No second factor")];
}
