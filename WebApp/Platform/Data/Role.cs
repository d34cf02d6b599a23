using Microsoft.AspNetCore.Identity;

namespace WebApp.Platform.Data;

/// <summary>A named set of permissions (its role claims). <c>user</c> and <c>admin</c> are built in.</summary>
public sealed class Role : IdentityRole<Guid>
{
    /// <summary>What the built-in role of administrators is called.</summary>
    public const string AdminName = "admin";

    /// <summary>The id of <c>user</c>, which everybody has; the first migration makes it.</summary>
    public static readonly Guid UserId = new("019aa000-0000-7000-8000-000000000001");

    /// <summary>The id of <c>admin</c>.</summary>
    public static readonly Guid AdminId = new("019aa000-0000-7000-8000-000000000002");
}
