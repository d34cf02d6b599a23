namespace WebApp.Areas.Api.Contracts;

/// <summary>A group somebody is in.</summary>
public sealed record UserGroupResponse(Guid Id, string Name, string Role);
