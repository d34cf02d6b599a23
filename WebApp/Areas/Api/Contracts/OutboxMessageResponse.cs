using WebApp.Platform.Mail;

namespace WebApp.Areas.Api.Contracts;

/// <summary>A message of the outbox; neither to whom nor what it says. <c>next_attempt_at</c> is null unless it waits. Times are UTC.</summary>
/// <param name="Id">Which.</param>
/// <param name="Channel"><c>mail</c> or <c>webhook</c>.</param>
/// <param name="Kind">What it is about.</param>
/// <param name="State"><c>waiting</c>, <c>failed</c>, <c>expired</c> or <c>sent</c>.</param>
/// <param name="Attempts">How often sending was tried.</param>
/// <param name="CreatedAt">When it was written.</param>
/// <param name="NextAttemptAt">When it is tried next.</param>
/// <param name="SentAt">When a server took it.</param>
/// <param name="FailedAt">When it was given up or, expired, dropped.</param>
/// <param name="LastError">The last refusal, without addresses.</param>
/// <param name="Priority">Which are sent first: <c>code</c>, then <c>link</c>, <c>notice</c> and <c>digest</c>.</param>
/// <param name="ExpiresAt">When its code or link stops working, so that it is not sent any more; null where nothing in it expires.</param>
public sealed record OutboxMessageResponse(
    Guid Id, string Channel, string Kind, string State, int Attempts, DateTimeOffset CreatedAt, DateTimeOffset? NextAttemptAt, DateTimeOffset? SentAt, DateTimeOffset? FailedAt, string? LastError,
    string Priority, DateTimeOffset? ExpiresAt)
{
    /// <summary>A message as it goes over the wire.</summary>
    public static OutboxMessageResponse Of(OutboxEntry entry) => new(
        entry.Id, entry.Channel.Word, entry.Kind, entry.State.ToString().ToLowerInvariant(), entry.Attempts, entry.CreatedAt,
        entry.State == OutboxState.Waiting ? entry.NextAttemptAt : null, entry.SentAt, entry.FailedAt, entry.LastError,
        entry.Priority.ToString().ToLowerInvariant(), entry.ExpiresAt);
}
