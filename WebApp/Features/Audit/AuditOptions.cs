namespace WebApp.Features.Audit;

/// <summary>The section <c>Audit</c>.</summary>
public sealed class AuditOptions
{
    /// <summary>How long a security event is kept, in days.</summary>
    public int KeepDays { get; set; } = 400;

    /// <summary>A file outside the database to which each node appends where the chain stands; none where it is empty.</summary>
    public string? CheckpointFile { get; set; }

    /// <summary>The least time between two lines of it, in minutes.</summary>
    public int CheckpointMinutes { get; set; } = 60;
}
