namespace WebApp.Areas.Api.Contracts;

/// <summary>What was begun.</summary>
/// <param name="Status">One word.</param>
public sealed record StatusResponse(string Status);
