namespace WebApp.Features.Accounts;

/// <summary>A security event as its owner sees it.</summary>
/// <param name="Id">The event; the next page begins before it.</param>
/// <param name="At">When (UTC).</param>
/// <param name="Kind">The audit trail's word.</param>
/// <param name="Description">What happened, in plain words.</param>
/// <param name="Outcome">Whether it was done or refused: <see cref="Features.Audit.EventOutcome"/>.</param>
/// <param name="IsWarning">Whether somebody should look twice.</param>
/// <param name="Device">With what.</param>
/// <param name="Ip">Where from.</param>
/// <param name="SessionId">In which session, if in one.</param>
public sealed record ActivityEntry(
    Guid Id, DateTimeOffset At, string Kind, string Description, string Outcome, bool IsWarning, string Device, string? Ip, Guid? SessionId);
