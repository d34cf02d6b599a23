using System.Text.Json;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using WebApp.Areas.Api.Bearer;
using WebApp.Areas.Api.OpenApi;
using WebApp.Features.Tokens;

namespace WebApp.Areas.Api;

/// <summary>
/// <c>GET /me</c>: who calls, and how they are authenticated. Clients ask this more than all else, so it is no action, and its JSON goes
/// out in one piece (docs/performance.md).
/// </summary>
public static class MeEndpoint
{
    extension(WebApplication app)
    {
        /// <summary>Maps it, with the controllers' check of tokens and in the same JSON.</summary>
        public void MapMe()
        {
            var json = app.Services.GetRequiredService<IOptions<JsonOptions>>().Value.JsonSerializerOptions;
            app.MapBearerGet($"/{ApiEndpointAttribute.Prefix}/me", ApiScope.ProfileRead, (context, caller) => AnswerAsync(context, caller, json))
                .Describe("Me", "Who calls, and how they are authenticated.", new AnswersWithAttribute<MeResponse>());
        }
    }

    private static Task AnswerAsync(HttpContext context, BearerIdentity caller, JsonSerializerOptions json)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(MeResponse.Of(caller), json);
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.ContentLength = body.Length;
        return context.Response.Body.WriteAsync(body, 0, body.Length, context.RequestAborted);
    }
}
