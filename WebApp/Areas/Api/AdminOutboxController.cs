using Microsoft.AspNetCore.Mvc;
using WebApp.Areas.Api.Bearer;
using WebApp.Areas.Api.OpenApi;
using WebApp.Features.Roles;
using WebApp.Platform.Http;
using WebApp.Platform.Mail;
using WebApp.Platform.Users;

namespace WebApp.Areas.Api;

/// <summary>Mail and webhooks on their way out.</summary>
[ApiEndpoint, BearerAuthorize, RequirePermission(Permission.MailRead)]
public sealed class AdminOutboxController(OutboxOversight outbox) : ControllerBase
{
    private const int UsualLimit = 50;
    private const int MaxLimit = 500;

    /// <summary>How many there are, and the newest of them. <paramref name="state"/>: <c>waiting</c>, <c>failed</c>, <c>expired</c> or <c>sent</c>.</summary>
    [HttpGet("admin/outbox")]
    [AnswersWith<OutboxResponse>]
    public async Task<IActionResult> List(string? state, Guid? before, int limit = UsualLimit, CancellationToken cancel = default)
    {
        var only = Enum.GetValues<OutboxState>().Where(one => string.Equals(one.ToString(), state, StringComparison.OrdinalIgnoreCase)).Select(one => (OutboxState?)one).SingleOrDefault();
        List<FieldError> errors = [];
        if (only is null && !string.IsNullOrEmpty(state))
        {
            errors.Add(new(nameof(state), "Say waiting, failed, expired or sent."));
        }

        if (limit is < 1 or > MaxLimit)
        {
            errors.Add(new(nameof(limit), $"Send a number from 1 to {MaxLimit}."));
        }

        return errors.Count > 0
            ? ApiProblem.Invalid(errors)
            : Ok(OutboxResponse.From(await outbox.CountAsync(cancel), await outbox.ListAsync(only, before, limit, cancel)));
    }
}

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
    /// <summary>Creates the response from a message.</summary>
    public static OutboxMessageResponse From(OutboxEntry entry) => new(
        entry.Id, entry.Channel.Name, entry.Kind, entry.State.ToString().ToLowerInvariant(), entry.Attempts, entry.CreatedAt,
        entry.State == OutboxState.Waiting ? entry.NextAttemptAt : null, entry.SentAt, entry.FailedAt, entry.LastError,
        entry.Priority.ToString().ToLowerInvariant(), entry.ExpiresAt);
}

/// <summary><c>GET /admin/outbox</c>: how many messages there are, and some of them, newest first.</summary>
public sealed record OutboxResponse(long Waiting, long Failed, long Expired, long Sent, IReadOnlyList<OutboxMessageResponse> Messages)
{
    /// <summary>Creates the response from messages.</summary>
    public static OutboxResponse From(OutboxCounts counts, IEnumerable<OutboxEntry> messages) =>
        new(counts.Waiting, counts.Failed, counts.Expired, counts.Sent, [.. messages.Select(OutboxMessageResponse.From)]);
}
