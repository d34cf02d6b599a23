namespace WebApp.Areas.Api.Contracts;

/// <summary>Body of <c>POST /api-tokens</c>.</summary>
/// <param name="Name">What to call it.</param>
/// <param name="Scopes">What it may do; left out: read the profile.</param>
/// <param name="ExpiresInDays">Days until it ends; left out: when it is revoked.</param>
public sealed record CreateApiTokenRequest(string Name, string[]? Scopes, int? ExpiresInDays);
