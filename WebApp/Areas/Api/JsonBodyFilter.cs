using System.Text.Json;
using System.Text.Unicode;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.Net.Http.Headers;
using WebApp.Platform.Http;

namespace WebApp.Areas.Api;

/// <summary>
/// Requires JSON bodies in the API: for another media type it answers 415 without reading the body. Then it reads and checks the whole body, so that invalid
/// JSON and unusable text (<see cref="RequestText"/>) are refused before model binding, whose exceptions quote the body.
/// </summary>
internal sealed class JsonBodyFilter : IAsyncResourceFilter
{
    private const int UsualLength = 4096;

    /// <inheritdoc/>
    public async Task OnResourceExecutionAsync(ResourceExecutingContext context, ResourceExecutionDelegate next)
    {
        if (!context.ActionDescriptor.EndpointMetadata.Any(about => about is ApiEndpointAttribute))
        {
            await next();
            return;
        }

        // No action binds a parameter from a form; actions with a form read it themselves.
        context.ValueProviderFactories.RemoveType<FormValueProviderFactory>();
        if (context.ActionDescriptor.Parameters.Any(parameter => parameter.BindingInfo?.BindingSource == BindingSource.Body)
            && await ReadAsync(context.HttpContext) is { } refusal)
        {
            context.Result = refusal;
            return;
        }

        await next();
    }

    private static async Task<ApiProblem?> ReadAsync(HttpContext context)
    {
        if (!IsJson(context.Request.ContentType))
        {
            return new(ApiErrors.UnsupportedMediaType);
        }

        // The Content-Length may be false, so only a usual length is allocated in advance.
        var body = new MemoryStream((int)Math.Min(context.Request.ContentLength ?? 0, UsualLength));
        try
        {
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        }
        catch (IOException failure)
        {
            return new(ApiErrors.OfStatus(RequestText.StatusOf(failure)));
        }

        body.Position = 0;
        context.Request.Body = body;
        return Look(body.GetBuffer().AsSpan(0, (int)body.Length));
    }

    private static bool IsJson(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var type)
        && (type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
            || (type.Type.Equals("application", StringComparison.OrdinalIgnoreCase) && type.Suffix.Equals("json", StringComparison.OrdinalIgnoreCase)));

    private static ApiProblem? Look(ReadOnlySpan<byte> body)
    {
        // A byte order mark is ignored (RFC 8259 8.1), as in the serializer.
        body = body.StartsWith("\uFEFF"u8) ? body[3..] : body;
        try
        {
            return !Utf8.IsValid(body) ? ApiProblem.Malformed : FieldOf(body) is { } field ? ApiProblem.Unusable(field) : null;
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: half of a surrogate pair, which the reader cannot convert to text.
            return ApiProblem.Malformed;
        }
    }

    // The top-level member whose name or content has text that is not allowed.
    private static string? FieldOf(ReadOnlySpan<byte> body)
    {
        var reader = new Utf8JsonReader(body);
        var member = "";
        while (reader.Read())
        {
            if (reader.TokenType is not (JsonTokenType.PropertyName or JsonTokenType.String))
            {
                continue;
            }

            var text = reader.GetString()!;
            member = reader is { TokenType: JsonTokenType.PropertyName, CurrentDepth: 1 } ? text : member;
            if (!RequestText.IsUsable(text))
            {
                return RefusedText.Shown(member);
            }
        }

        return null;
    }
}
