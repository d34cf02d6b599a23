using OpenIddict.Server;
using WebApp.Platform.Http;
using WebApp.Platform.Pages;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace WebApp.Features.Applications;

/// <summary>Errors of requests of programs to the provider: the JSON of RFC 6749 5.2 where OpenIddict has not written an answer.</summary>
public static class ProtocolErrors
{
    extension(WebApplication app)
    {
        /// <summary>Covers what <see cref="RequestKind"/> calls a protocol request. Must come before all middleware that can fail.</summary>
        public void UseProtocolErrors() => app.UseWhen(
            context => context.IsProtocolRequest,
            protocol =>
            {
                protocol.UseExceptionHandler(new ExceptionHandlerOptions { ExceptionHandler = WriteAsync, StatusCodeSelector = failure => Failures.Sort(failure).Status });
                protocol.UseStatusCodePages(status => WriteAsync(status.HttpContext));
            });
    }

    private static Task WriteAsync(HttpContext context) => context.Response.WriteAsJsonAsync(
        new Dictionary<string, string>
        {
            [Parameters.Error] = context.Response.StatusCode switch
            {
                StatusCodes.Status503ServiceUnavailable => Errors.TemporarilyUnavailable,
                >= 500 => Errors.ServerError,
                _ => Errors.InvalidRequest,
            },
        },
        context.RequestAborted);
}

/// <summary>Puts into words, for the error page, why a browser cannot be sent back to the application.</summary>
internal sealed class AuthorizationErrorText(IHttpContextAccessor contexts) : IOpenIddictServerHandler<ApplyAuthorizationResponseContext>
{
    public ValueTask HandleAsync(ApplyAuthorizationResponseContext context)
    {
        if (context.Error is { } error && context.RedirectUri is null)
        {
            contexts.HttpContext?.Features.Set(new ErrorText(
                T("The application sent a request that we cannot accept"),
                T("Nothing was done. Tell the people who run the application: {0}", error + (context.Response.ErrorDescription is { } more ? $", {more}" : ""))));
        }

        return default;
    }
}
