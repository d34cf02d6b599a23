using Microsoft.AspNetCore.Diagnostics;
using WebApp.Platform.Http;

namespace WebApp.Areas.Api;

/// <summary>Answers the API's unexpected failures as problems; <see cref="Platform.Http.Failures"/> has sorted them already.</summary>
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
