using System.Text.Json;
using WebApp.Areas.Api.Bearer;
using WebApp.Areas.Api.Contracts;
using WebApp.Tokens;

namespace WebApp.Areas.Api;

/// <summary>
/// <c>GET /me</c>: who calls, and how they are authenticated. Clients ask this more than all else, so it is no action, and generated code
/// writes its JSON in one piece (docs/performance.md).
/// </summary>
public static class MeEndpoint
{
    extension(WebApplication app)
    {
        /// <summary>Maps it, behind the same gate as the controllers.</summary>
        public void MapMe() => app.Services.GetRequiredService<BearerGate>().Map(
            app, $"/{ApiEndpointAttribute.Prefix}/me", ApiScope.ProfileRead, AnswerAsync);
    }

    private static Task AnswerAsync(HttpContext context, BearerIdentity caller)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(MeResponse.Of(caller), MeJson.Default.MeResponse);
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.ContentLength = body.Length;
        return context.Response.Body.WriteAsync(body, 0, body.Length, context.RequestAborted);
    }
}
