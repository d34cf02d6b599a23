using WebApp.Features.Audit;
using WebApp.Platform.Http.Client;

namespace WebApp.Areas.Api.Contracts;

/// <summary>A security event in <c>GET /admin/events</c>. Times are UTC; <c>seq</c> is its place in the chain, null until it is sealed; <c>actor_id</c> is who did it to somebody else.</summary>
public sealed record AdminEventResponse(
    Guid Id, long? Seq, DateTimeOffset At, string Kind, string Outcome, Guid? UserId, Guid? ActorId, Guid? SessionId, string? Ip, string? UserAgent, string Device, string? Detail)
{
    /// <summary>An event as it goes over the wire.</summary>
    public static AdminEventResponse Of(SecurityEvent e) =>
        new(e.Id, e.Seq, e.At, e.Kind, EventOutcome.Of(e.Kind), e.UserId, e.ActorId, e.SessionId, e.Ip?.ToString(), e.UserAgent, DeviceLabel.Of(null, e.UserAgent), e.Detail);
}
