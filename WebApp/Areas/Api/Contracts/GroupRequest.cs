namespace WebApp.Areas.Api.Contracts;

/// <summary>Body of <c>POST /groups</c> and <c>PATCH /groups/{id}</c>.</summary>
/// <param name="Name">What the group is called; at most 60 characters on one line.</param>
public sealed record GroupRequest(string Name);
