namespace WebApp.Features.Groups;

/// <summary>A group as somebody in it sees it.</summary>
/// <param name="Id">The group.</param>
/// <param name="Name">What it is called.</param>
/// <param name="Role">What they are in it.</param>
/// <param name="Members">How many are in it.</param>
/// <param name="CreatedAt">When it was made (UTC).</param>
public sealed record GroupView(Guid Id, string Name, string Role, int Members, DateTimeOffset CreatedAt);
