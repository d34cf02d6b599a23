using System.Data.Common;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Abstractions;
using Microsoft.AspNetCore.Mvc.Infrastructure;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Mvc.ViewFeatures;

namespace WebApp.Hosting.Pages;

/// <summary>
/// Gives an error without a body its page. The page is rendered in place, not by running the pipeline again: what failed
/// once, such as reading the session while the database is away, must not fail a second time while saying so.
/// </summary>
public static class ErrorPages
{
    private const int RetryAfterSeconds = 5;

    extension(WebApplication app)
    {
        /// <summary>Covers everything but the API, which speaks problem+json. Goes first among the things that can fail.</summary>
        public void UseErrorPages() => app.UseWhen(
            context => !context.Request.Path.StartsWithSegments("/api"),
            pages =>
            {
                pages.UseExceptionHandler(new ExceptionHandlerOptions { ExceptionHandler = RenderAsync, StatusCodeSelector = StatusOf });
                pages.UseStatusCodePages(status => RenderAsync(status.HttpContext));
            });
    }

    /// <summary>The status of an exception nobody caught: 503 while the database is away, 500 where the fault is ours.</summary>
    private static int StatusOf(Exception error) => error switch
    {
        BadHttpRequestException bad => bad.StatusCode,
        DbException { IsTransient: true } or TimeoutException => StatusCodes.Status503ServiceUnavailable,
        { InnerException: { } inner } => StatusOf(inner),
        _ => StatusCodes.Status500InternalServerError,
    };

    private static Task RenderAsync(HttpContext context)
    {
        if (context.Response.StatusCode == StatusCodes.Status503ServiceUnavailable && context.Response.Headers.RetryAfter.Count == 0)
        {
            context.Response.Headers.RetryAfter = $"{RetryAfterSeconds}";
        }

        context.Response.Headers.CacheControl = "no-store";
        var data = new ViewDataDictionary(context.RequestServices.GetRequiredService<IModelMetadataProvider>(), new ModelStateDictionary());
        var page = new ViewResult
        {
            ViewName = "/Views/Shared/Error.cshtml",
            ViewData = new ViewDataDictionary<ErrorPage>(data, ErrorPage.For(context)),
            StatusCode = context.Response.StatusCode,
        };
        return context.RequestServices.GetRequiredService<IActionResultExecutor<ViewResult>>()
            .ExecuteAsync(new ActionContext(context, new RouteData(), new ActionDescriptor()), page);
    }
}
