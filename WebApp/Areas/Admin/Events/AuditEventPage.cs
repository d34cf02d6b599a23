using WebApp.Features.Audit;

namespace WebApp.Areas.Admin.Events;

/// <summary>One event.</summary>
/// <param name="Event">It.</param>
/// <param name="Email">The address of whose account it is.</param>
/// <param name="Actor">The address of who did it, where that was somebody else.</param>
/// <param name="Fault">What is wrong with it, as the rest of a sentence; null where nothing is.</param>
public sealed record AuditEventPage(SecurityEvent Event, string? Email, string? Actor, string? Fault);
