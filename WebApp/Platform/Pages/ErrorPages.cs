using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Abstractions;
using Microsoft.AspNetCore.Mvc.Infrastructure;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using WebApp.Platform.Http;
using WebApp.Platform.Http.Transport;

namespace WebApp.Platform.Pages;

/// <summary>
/// Renders a page for an error without a body. It does not run the pipeline again: a step that failed
/// once, such as reading the session while the database is unreachable, would fail again while rendering the error.
/// </summary>
public static class ErrorPages
{
    extension(WebApplication app)
    {
        /// <summary>Covers everything but the API and the requests of programs to the OpenID Connect provider, which answer with JSON. Must come before all middleware that can fail.</summary>
        public void UseErrorPages() => app.UseWhen(
            context => !context.IsApiRequest && !context.IsProtocolRequest,
            pages =>
            {
                pages.UseExceptionHandler(new ExceptionHandlerOptions { ExceptionHandler = RenderAsync, StatusCodeSelector = failure => Failures.Sort(failure).Status });
                pages.UseStatusCodePages(status => RenderAsync(status.HttpContext));
            });
    }

    private static Task RenderAsync(HttpContext context)
    {
        context.RestoreLanguage();
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

/// <summary>The model of the error page.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Title">What happened.</param>
/// <param name="Advice">What the user can do about it.</param>
/// <param name="TraceId">The reference for an operator; the log has the same.</param>
/// <param name="RetryAfterSeconds">How long to wait; null if waiting does not help.</param>
public sealed record ErrorPage(int Status, string Title, string Advice, string TraceId, int? RetryAfterSeconds)
{
    /// <summary>Reads status, trace id and <c>Retry-After</c> from the response.</summary>
    public static ErrorPage For(HttpContext context)
    {
        var (title, advice) = context.Features.Get<ErrorText>() is { } text ? (text.Title, text.Advice)
            : context.Features.Get<TransportRefusal>() is { } refusal ? (T(refusal.Title), T(refusal.Advice))
            : context.Features.Get<RefusedText>() is not null ? (T("We could not read that"), T("What was sent holds characters that are not text. Nothing was changed. Go back and type it again."))
            : TextFor(context.Response.StatusCode);
        int? wait = int.TryParse(context.Response.Headers.RetryAfter, out var seconds) ? seconds : null;
        return new(context.Response.StatusCode, title, advice, context.TraceIdentifier, wait);
    }

    private static (string Title, string Advice) TextFor(int status) => status switch
    {
        400 => (T("We could not read that"), T("The page may have been open for too long, or you signed in or out in another tab. Go back, reload the page and try again.")),
        403 => (T("Access denied"), T("Your account is not allowed to do this. Ask your administrator if it should be.")),
        404 => (T("Page not found"), T("The address may be wrong, or the page has moved.")),
        405 => (T("That cannot be done this way"), T("This address accepts only submitted forms. Start again from the home page.")),
        415 => (T("We could not read that"), T("What was sent is not what a form on our pages sends. Nothing was changed.")),
        413 => (T("That was too much at once"), T("What you sent is larger than we take. Nothing was changed.")),
        429 => (T("One moment, please"), T("Too many attempts in a short time. Your account is fine. Wait a little and try again.")),
        503 => (T("Temporarily unavailable"), T("A part of the service does not respond. Nothing was changed. Try again in a moment.")),
        >= 500 => (T("Something broke on our side"), T("The error was recorded. Try again. If it happens again, tell your administrator the reference below.")),
        _ => (T("That did not work"), T("Nothing was changed. Go back and try again.")),
    };
}

/// <summary>A feature of a request: what its error page says, if the text for its status says too little.</summary>
/// <param name="Title">What happened.</param>
/// <param name="Advice">What the user can do about it.</param>
public sealed record ErrorText(string Title, string Advice);
