using WebApp.Features.Sessions;

namespace WebApp.Areas.Api.Contracts;

/// <summary>A session in <c>GET /sessions</c>. Times are UTC.</summary>
public sealed record SessionResponse(
    Guid Id, string Kind, string Device, string? Ip, DateTimeOffset CreatedAt, DateTimeOffset LastSeenAt, DateTimeOffset ExpiresAt, bool Current)
{
    /// <summary>A session as it goes over the wire.</summary>
    public static SessionResponse Of(SessionView view) => new(
        view.Id, view.Kind == SessionKind.Browser ? "browser" : "api", view.Device, view.Ip, view.CreatedAt, view.LastSeenAt, view.ExpiresAt, view.Current);
}
