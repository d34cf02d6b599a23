namespace WebApp.Areas.Api.Contracts;

/// <summary>Body of <c>PATCH /me</c>.</summary>
/// <param name="DisplayName">The new name; null or blank takes it away.</param>
public sealed record UpdateMeRequest(string? DisplayName);
