namespace WebApp.Areas.Api.Contracts;

/// <summary>Body of <c>PATCH /groups/{id}/members/{user_id}</c>.</summary>
/// <param name="Role"><c>admin</c> or <c>member</c>; <c>owner</c> hands the group over.</param>
public sealed record GroupMemberRequest(string Role);
