namespace WebApp.Features.Alerts;

/// <summary>What a rule found.</summary>
/// <param name="Kind">Which rule.</param>
public sealed record Finding(AlertKinds Kind)
{
    /// <summary>Whose account, where it is anybody's.</summary>
    public Guid? UserId { get; init; }

    /// <summary>Who did it, for the audit trail, where that is no account.</summary>
    public Guid? ActorId { get; init; }

    /// <summary>Which session, where it is about one.</summary>
    public Guid? SessionId { get; init; }

    /// <summary>How many were counted, where counting found it.</summary>
    public int? Count { get; init; }

    /// <summary>Whether the request's address is one of the culprits; not where there are many.</summary>
    public bool HasAddress { get; init; } = true;

    /// <summary>A short word more for the audit trail.</summary>
    public string? Detail { get; init; }
}
