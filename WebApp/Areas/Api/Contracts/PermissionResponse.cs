namespace WebApp.Areas.Api.Contracts;

/// <summary>A permission there is, with what it allows in words.</summary>
public sealed record PermissionResponse(string Name, string Allows);
