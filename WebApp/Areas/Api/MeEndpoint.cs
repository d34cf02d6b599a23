using System.Text.Json;
using WebApp.Areas.Api.Bearer;
using WebApp.Areas.Api.Contracts;

namespace WebApp.Areas.Api;

/// <summary>
/// <c>GET /me</c>: who calls, and how they are authenticated. Clients ask this more than all else, so it is an endpoint and no action, and
/// its JSON is written by generated code in one piece (docs/performance.md).
/// </summary>
public static class MeEndpoint
{
    extension(WebApplication app)
    {
        /// <summary>Maps it, behind the same door as the controllers.</summary>
        public void MapMe() => app.MapGet($"/{ApiEndpointAttribute.Prefix}/me", Answer).RequireAuthorization(new BearerAuthorizeAttribute());
    }

    private static Task Answer(HttpContext context)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(MeResponse.Of(BearerIdentity.Of(context)), MeJson.Default.MeResponse);
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.ContentLength = body.Length;
        return context.Response.Body.WriteAsync(body, 0, body.Length, context.RequestAborted);
    }
}
