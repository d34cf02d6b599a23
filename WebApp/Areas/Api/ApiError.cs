namespace WebApp.Areas.Api;

/// <summary>A kind of refusal.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Code">The stable word clients switch on.</param>
/// <param name="Title">What it means, for people.</param>
public sealed record ApiError(int Status, string Code, string Title);
