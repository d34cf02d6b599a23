using WebApp.Features.Sessions;
using WebApp.Platform.Http.Client;

namespace WebApp.Features.Groups;

/// <summary>Who does something with a group.</summary>
/// <param name="UserId">The user.</param>
/// <param name="SessionId">Their session; null for an API token.</param>
/// <param name="Client">Where from.</param>
public sealed record GroupActor(Guid UserId, Guid? SessionId, ClientInfo Client)
{
    /// <summary>The signed-in user of a request.</summary>
    public static GroupActor Of(HttpContext context) => new(context.User.UserId, context.User.SessionId, ClientInfo.Of(context));
}
