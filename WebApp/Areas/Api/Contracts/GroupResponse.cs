using WebApp.Features.Groups;

namespace WebApp.Areas.Api.Contracts;

/// <summary>A group in <c>GET /groups</c>: the caller's role in it, and how many are in it. Times are UTC.</summary>
public sealed record GroupResponse(Guid Id, string Name, string Role, int Members, DateTimeOffset CreatedAt)
{
    /// <summary>A group as it goes over the wire.</summary>
    public static GroupResponse Of(GroupView view) => new(view.Id, view.Name, view.Role, view.Members, view.CreatedAt);
}
