using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Abstractions;
using Microsoft.AspNetCore.Mvc.Infrastructure;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using WebApp.Platform.Http;

namespace WebApp.Platform.Pages;

/// <summary>
/// Gives an error without a body its page. The page is rendered in place, not by running the pipeline again: what failed
/// once, such as reading the session while the database is away, must not fail a second time while saying so.
/// </summary>
public static class ErrorPages
{
    extension(WebApplication app)
    {
        /// <summary>Covers everything but the API, which speaks problem+json. Goes first among the things that can fail.</summary>
        public void UseErrorPages() => app.UseWhen(
            context => !context.IsApiRequest,
            pages =>
            {
                pages.UseExceptionHandler(new ExceptionHandlerOptions { ExceptionHandler = RenderAsync, StatusCodeSelector = failure => Failures.Sort(failure).Status });
                pages.UseStatusCodePages(status => RenderAsync(status.HttpContext));
            });
    }

    private static Task RenderAsync(HttpContext context)
    {
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
