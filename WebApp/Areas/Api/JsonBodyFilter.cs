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
        if (context.ActionDescriptor.Parameters.Any(parameter => parameter.BindingInfo?.BindingSource == BindingSource.Body))
        {
            var (body, refusal) = await JsonBody.ReadAsync(context.HttpContext);
            if (body is null)
            {
                context.Result = refusal;
                return;
            }

            context.HttpContext.Request.Body = body;
        }

        await next();
    }
}

/// <summary>Reads and checks a JSON body, for actions and for endpoints that are not actions.</summary>
internal static class JsonBody
{
    private const int UsualLength = 4096;

    /// <summary>
    /// Reads the whole body as a contract, by the same rules and with the same answers as an action. The members that cannot be null are the caller's to check:
    /// <see cref="Missing"/>.
    /// </summary>
    public static async Task<(TBody? Value, ApiProblem? Refusal)> ReadAsync<TBody>(HttpContext context, JsonSerializerOptions json)
        where TBody : class
    {
        var (body, refusal) = await ReadAsync(context);
        if (body is null)
        {
            return (null, refusal);
        }

        try
        {
            var value = await JsonSerializer.DeserializeAsync<TBody>(body, json, context.RequestAborted);
            return value is null ? (null, ApiProblem.Malformed) : (value, null);
        }
        catch (Exception failure) when (failure is JsonException or FormatException or OverflowException)
        {
            return (null, ApiProblem.Malformed);
        }
    }

    /// <summary>The problem of a required member that is absent, null or blank, in the words of model validation.</summary>
    public static ApiProblem Missing(string member) => ApiProblem.Invalid([new(member, $"The {member} field is required.")]);

    /// <summary>Reads the whole body and checks that it is JSON with usable text: the body from its start, or the refusal.</summary>
    public static async Task<(MemoryStream? Body, ApiProblem? Refusal)> ReadAsync(HttpContext context)
    {
        if (!IsJson(context.Request.ContentType))
        {
            return (null, new(ApiErrors.UnsupportedMediaType));
        }

        // The Content-Length may be false, so only a usual length is allocated in advance.
        var body = new MemoryStream((int)Math.Min(context.Request.ContentLength ?? 0, UsualLength));
        try
        {
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        }
        catch (IOException failure)
        {
            return (null, new(ApiErrors.OfStatus(RequestText.StatusOf(failure))));
        }

        body.Position = 0;
        return Look(body.GetBuffer().AsSpan(0, (int)body.Length)) is { } refusal ? (null, refusal) : (body, null);
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
