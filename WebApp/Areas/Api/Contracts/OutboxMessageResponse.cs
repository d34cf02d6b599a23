using WebApp.Mail;

namespace WebApp.Areas.Api.Contracts;

/// <summary>A message of the outbox; neither to whom nor what it says. <c>next_attempt_at</c> is null unless it waits. Times are UTC.</summary>
public sealed record OutboxMessageResponse(
    Guid Id, string Channel, string Kind, string State, int Attempts, DateTimeOffset CreatedAt, DateTimeOffset? NextAttemptAt, DateTimeOffset? SentAt, DateTimeOffset? FailedAt, string? LastError)
{
    /// <summary>A message as it goes over the wire.</summary>
    public static OutboxMessageResponse Of(OutboxEntry entry) => new(
        entry.Id, entry.Channel.Word, entry.Kind, entry.State.ToString().ToLowerInvariant(), entry.Attempts, entry.CreatedAt,
        entry.State == OutboxState.Waiting ? entry.NextAttemptAt : null, entry.SentAt, entry.FailedAt, entry.LastError);
}
