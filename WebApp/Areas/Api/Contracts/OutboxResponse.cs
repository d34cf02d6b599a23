using WebApp.Platform.Mail;

namespace WebApp.Areas.Api.Contracts;

/// <summary><c>GET /admin/outbox</c>: how many messages there are, and some of them, newest first.</summary>
public sealed record OutboxResponse(long Waiting, long Failed, long Expired, long Sent, IReadOnlyList<OutboxMessageResponse> Messages)
{
    /// <summary>Messages as they go over the wire.</summary>
    public static OutboxResponse Of(OutboxCounts counts, IEnumerable<OutboxEntry> messages) =>
        new(counts.Waiting, counts.Failed, counts.Expired, counts.Sent, [.. messages.Select(OutboxMessageResponse.Of)]);
}
