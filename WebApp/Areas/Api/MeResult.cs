using System.Text.Json;
using Microsoft.AspNetCore.Mvc;
using WebApp.Areas.Api.Bearer;
using WebApp.Areas.Api.Contracts;

namespace WebApp.Areas.Api;

/// <summary>x</summary>
public sealed class MeResult(BearerIdentity who) : IActionResult
{
    /// <inheritdoc/>
    public Task ExecuteResultAsync(ActionContext context) => WriteAsync(context.HttpContext, who);

    /// <summary>x</summary>
    public static Task WriteAsync(HttpContext context, BearerIdentity who)
    {
        var response = context.Response;
        var body = JsonSerializer.SerializeToUtf8Bytes(MeResponse.Of(who), ApiJson.Default.MeResponse);
        response.ContentType = "application/json; charset=utf-8";
        response.ContentLength = body.Length;
        var flush = response.BodyWriter.WriteAsync(body);
        return flush.IsCompletedSuccessfully ? Task.CompletedTask : flush.AsTask();
    }
}
