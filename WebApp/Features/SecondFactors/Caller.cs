using WebApp.Features.Sessions;
using WebApp.Platform.Http.Client;

namespace WebApp.Features.SecondFactors;

/// <summary>Who changes a factor of theirs, and from where.</summary>
/// <param name="UserId">Whose account.</param>
/// <param name="SessionId">The session it is done in, which outlives the change.</param>
/// <param name="Client">Where from.</param>
public sealed record Caller(Guid UserId, Guid? SessionId, ClientInfo Client)
{
    /// <summary>The signed-in user of a request.</summary>
    public static Caller Of(HttpContext context) => new(context.User.UserId, context.User.SessionId, ClientInfo.Of(context));
}
