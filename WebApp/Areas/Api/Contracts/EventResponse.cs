using WebApp.Features.Accounts;

namespace WebApp.Areas.Api.Contracts;

/// <summary>A security event in <c>GET /events</c>. Times are UTC.</summary>
public sealed record EventResponse(Guid Id, DateTimeOffset At, string Kind, string Description, string Outcome, string Device, string? Ip, Guid? SessionId)
{
    /// <summary>An event as it goes over the wire.</summary>
    public static EventResponse Of(ActivityEntry entry) =>
        new(entry.Id, entry.At, entry.Kind, entry.Description, entry.Outcome, entry.Device, entry.Ip, entry.SessionId);
}
