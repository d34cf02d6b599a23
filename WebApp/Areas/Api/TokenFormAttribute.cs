using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.WebUtilities;
using WebApp.Platform.Http;

namespace WebApp.Areas.Api;

/// <summary>
/// The only kind of body that is not JSON: a form with <c>token</c>, as in RFC 7009 and RFC 7662. It must have exactly one, because programs
/// interpret a repeated parameter differently (RFC 6749 3.1); <c>token_type_hint</c> is ignored.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class TokenFormAttribute : Attribute, IAsyncResourceFilter
{
    private const string Field = "token";
    private const string MediaType = "application/x-www-form-urlencoded";

    /// <summary>The token of the form.</summary>
    public static string ReadToken(HttpContext context) =>
        context.Features.Get<Sent>()?.Token ?? throw new InvalidOperationException("The endpoint lacks [TokenForm].");

    /// <inheritdoc/>
    public async Task OnResourceExecutionAsync(ResourceExecutingContext context, ResourceExecutionDelegate next)
    {
        var (token, refusal) = await ReadAsync(context.HttpContext);
        if (token is null)
        {
            context.Result = refusal;
            return;
        }

        context.HttpContext.Features.Set(new Sent(token));
        await next();
    }

    /// <summary>Reads the form: the token or the refusal. For endpoints that are not actions.</summary>
    public static async Task<(string? Token, ApiProblem? Refusal)> ReadAsync(HttpContext context)
    {
        if (!Microsoft.Net.Http.Headers.MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var type) || type.MediaType != MediaType)
        {
            return (null, new(ApiErrors.UnsupportedMediaType, $"Send the body as {MediaType}."));
        }

        try
        {
            var fields = await new FormPipeReader(context.Request.BodyReader).ReadFormAsync(context.RequestAborted);
            if (!fields.TryGetValue(Field, out var values) || values is not [{ Length: > 0 } token])
            {
                return (null, ApiProblem.Invalid([new(Field, "Send one token.")]));
            }

            return RefusedText.FieldOf(fields) is { } unusable ? (null, ApiProblem.Unusable(unusable)) : (token, null);
        }
        catch (IOException failure)
        {
            return (null, new(ApiErrors.OfStatus(RequestText.StatusOf(failure))));
        }
        catch (InvalidDataException)
        {
            return (null, new(ApiErrors.MalformedRequest, "The body is not a form."));
        }
    }

    private sealed record Sent(string Token)
    {
        /// <summary>A placeholder, not the token.</summary>
        public override string ToString() => "Sent(…)";
    }
}
