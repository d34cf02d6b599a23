namespace WebApp.Features.Groups;

/// <summary>A group as administrators see it, who need not be in it.</summary>
/// <param name="Id">The group.</param>
/// <param name="Name">What it is called.</param>
/// <param name="OwnerId">Whose it is.</param>
/// <param name="OwnerEmail">Their address.</param>
/// <param name="Members">How many are in it.</param>
/// <param name="CreatedAt">When it was made (UTC).</param>
public sealed record GroupSummary(Guid Id, string Name, Guid OwnerId, string OwnerEmail, int Members, DateTimeOffset CreatedAt);
