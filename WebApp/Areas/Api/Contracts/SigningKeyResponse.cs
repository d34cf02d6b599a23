namespace WebApp.Areas.Api.Contracts;

/// <summary>The next signing key: its <c>kid</c>, and when it begins to sign (UTC).</summary>
public sealed record SigningKeyResponse(string Id, DateTimeOffset ActivatesAt);
