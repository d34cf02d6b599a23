using System.Net;

namespace WebApp.Features.Audit.Search;

/// <summary>Which security events are looked for; null asks for nothing in particular.</summary>
public sealed record EventFilter
{
    /// <summary>One kind.</summary>
    public string? Kind { get; init; }

    /// <summary>Whose, or by whom.</summary>
    public Guid? UserId { get; init; }

    /// <summary>From where: an address or a network.</summary>
    public IPNetwork? Ip { get; init; }

    /// <summary>Not before (UTC).</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Before (UTC).</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary><see cref="EventOutcome"/>.</summary>
    public string? Outcome { get; init; }

    /// <summary>In a few words, for the audit trail.</summary>
    public override string ToString() => string.Join(' ', new (string Name, string? Value)[]
    {
        ("kind", Kind), ("user", UserId?.ToString()), ("ip", Ip?.ToString()), ("from", From?.UtcDateTime.ToString("s")), ("until", Until?.UtcDateTime.ToString("s")), ("outcome", Outcome),
    }.Where(part => part.Value is not null).Select(part => $"{part.Name}={part.Value}"));
}
