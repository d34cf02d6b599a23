namespace WebApp.Platform.Users;

/// <summary>A group somebody is in.</summary>
/// <param name="Id">The group.</param>
/// <param name="Name">What it is called.</param>
/// <param name="Role"><c>owner</c>, <c>admin</c> or <c>member</c>.</param>
public sealed record GroupMembership(Guid Id, string Name, string Role);
