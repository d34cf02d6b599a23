namespace WebApp.Features.Groups;

/// <summary>Somebody in a group.</summary>
public sealed class GroupMember
{
    /// <summary>Which group.</summary>
    public required Guid GroupId { get; init; }

    /// <summary>Who.</summary>
    public required Guid UserId { get; init; }

    /// <summary>One of <see cref="GroupRole"/>.</summary>
    public required string Role { get; set; }

    /// <summary>Since when (UTC).</summary>
    public required DateTimeOffset JoinedAt { get; init; }
}
