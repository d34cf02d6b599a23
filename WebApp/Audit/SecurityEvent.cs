using System.Net;

namespace WebApp.Audit;

/// <summary>One thing that happened to an account, a session or a credential. Never holds a secret.</summary>
public sealed class SecurityEvent
{
    /// <summary>UUIDv7: orders by time.</summary>
    public Guid Id { get; init; } = Guid.CreateVersion7();

    /// <summary>When (UTC).</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>What, see <see cref="SecurityEventKind"/>.</summary>
    public required string Kind { get; init; }

    /// <summary>Whose account; null where the name was unknown. No foreign key: events outlive accounts.</summary>
    public Guid? UserId { get; init; }

    /// <summary>The session it happened in or to.</summary>
    public Guid? SessionId { get; init; }

    /// <summary>Where from.</summary>
    public IPAddress? Ip { get; init; }

    /// <summary>With what; at most 400 characters.</summary>
    public string? UserAgent { get; init; }

    /// <summary>A short word more, such as the reason of a refusal.</summary>
    public string? Detail { get; init; }
}
