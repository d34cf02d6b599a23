using System.Text.Json;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using WebApp.Features.SecondFactors;
using WebApp.Platform.Http;

namespace WebApp.Areas.Api;

/// <summary>An error response: RFC 9457 with our <c>code</c>.</summary>
/// <param name="Error">The kind of error.</param>
/// <param name="Detail">Details for users.</param>
/// <param name="Errors">For validation: field → messages.</param>
/// <param name="More">Further members that the contract has for this code.</param>
public sealed record ApiProblem(
    ApiError Error, string? Detail = null, IReadOnlyDictionary<string, string[]>? Errors = null, IReadOnlyDictionary<string, object?>? More = null) : IActionResult
{
    /// <summary>Field errors, with the field names of the JSON.</summary>
    public static ApiProblem Invalid(IEnumerable<FieldError> errors) => new(
        ApiErrors.ValidationFailed,
        Errors: errors.GroupBy(error => JsonNamingPolicy.SnakeCaseLower.ConvertName(error.Field))
            .ToDictionary(group => group.Key, group => group.Select(error => error.Message).ToArray()));

    /// <summary>A body that is not JSON, or does not have the documented types.</summary>
    public static ApiProblem Malformed { get; } = new(ApiErrors.MalformedRequest, "The body must be a JSON object with the fields and types documented.");

    /// <summary>A field with text that is not allowed, by its name in the request.</summary>
    public static ApiProblem Unusable(string field) =>
        new(ApiErrors.ValidationFailed, Errors: new Dictionary<string, string[]> { [field] = [RefusedText.Message] });

    /// <summary>The problem for a response with a status and no body.</summary>
    public static ApiProblem ForStatus(HttpContext context) =>
        context.Features.Get<RefusedText>() is { } refused ? Unusable(refused.Field) : new(ApiErrors.ForStatus(context));

    /// <summary>The problem for errors of model binding: a body that is not the expected JSON, or missing fields.</summary>
    public static ApiProblem FromModelState(ModelStateDictionary state)
    {
        var isForm = state.Any(entry => entry.Key.Length == 0 || entry.Key[0] == '$' || entry.Value!.Errors.Any(error => error.Exception is not null));
        return isForm
            ? Malformed
            : new(ApiErrors.ValidationFailed, Errors: state.Where(entry => entry.Value!.Errors.Count > 0)
                .ToDictionary(entry => JsonNamingPolicy.SnakeCaseLower.ConvertName(entry.Key), entry => entry.Value!.Errors.Select(error => error.ErrorMessage).ToArray()));
    }

    /// <inheritdoc/>
    public Task ExecuteResultAsync(ActionContext context) => WriteAsync(context.HttpContext);

    /// <summary>Writes status, headers and body.</summary>
    public Task WriteAsync(HttpContext context)
    {
        context.Response.StatusCode = Error.Status;
        if (Error.Status == StatusCodes.Status401Unauthorized && context.Response.Headers.WWWAuthenticate.Count == 0)
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
        }

        ProblemDetails body = new() { Type = "about:blank", Title = Error.Title, Status = Error.Status, Detail = Detail };
        body.Extensions["code"] = Error.Code;
        if (Errors is not null)
        {
            body.Extensions["errors"] = Errors;
        }

        foreach (var (name, value) in More ?? new Dictionary<string, object?>())
        {
            body.Extensions[name] = value;
        }

        if (Error.Status >= StatusCodes.Status500InternalServerError)
        {
            body.Extensions["trace_id"] = context.TraceIdentifier;
        }

        return context.Response.WriteAsJsonAsync(body, JsonSerializerOptions.Web, "application/problem+json", context.RequestAborted);
    }
}

/// <summary>Answers the API's unexpected failures as problems, with the status that <see cref="Platform.Http.Failures"/> has set.</summary>
internal sealed class ApiFailureHandler : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (!httpContext.IsApiRequest)
        {
            return false;
        }

        await new ApiProblem(ApiErrors.OfStatus(httpContext.Response.StatusCode)).WriteAsync(httpContext);
        return true;
    }
}

/// <summary>The API's problems for a refused second factor.</summary>
internal static class FactorProblem
{
    /// <summary><c>invalid_code</c>, or <c>too_many_attempts</c>. <c>Retry-After</c> if waiting helps.</summary>
    public static ApiProblem For(HttpResponse response, FactorResult refusal)
    {
        if (refusal is FactorResult.TooMany(var wait))
        {
            return Wait(response, wait, FactorMessages.For(refusal));
        }

        if (refusal is FactorResult.AlreadyUsed(var next))
        {
            response.Headers.RetryAfter = RetryAfter.Seconds(next);
        }

        return new(ApiErrors.InvalidCode, FactorMessages.For(refusal));
    }

    /// <summary><c>too_many_attempts</c> with <c>Retry-After</c>.</summary>
    public static ApiProblem Wait(HttpResponse response, TimeSpan wait, string? detail = null)
    {
        response.Headers.RetryAfter = RetryAfter.Seconds(wait);
        return new(ApiErrors.TooManyAttempts, detail);
    }
}
