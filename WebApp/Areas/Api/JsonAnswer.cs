using System.Text.Json;

namespace WebApp.Areas.Api;

/// <summary>Answers of endpoints that are not actions: JSON in one piece, with its length.</summary>
internal static class JsonAnswer
{
    /// <summary>Writes status 200 and the body.</summary>
    public static Task WriteAsync<TBody>(HttpContext context, TBody answer, JsonSerializerOptions json)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(answer, json);
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.ContentLength = body.Length;
        return context.Response.Body.WriteAsync(body, 0, body.Length, context.RequestAborted);
    }
}
