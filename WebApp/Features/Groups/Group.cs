namespace WebApp.Features.Groups;

/// <summary>People who belong together. It has exactly one owner, whatever happens: the database sees to it.</summary>
public sealed class Group
{
    /// <summary>UUIDv7.</summary>
    public Guid Id { get; init; } = Guid.CreateVersion7();

    /// <summary>What it is called, see <see cref="GroupName"/>. Two groups may be called alike.</summary>
    public required string Name { get; set; }

    /// <summary>When it was made (UTC).</summary>
    public required DateTimeOffset CreatedAt { get; init; }
}
