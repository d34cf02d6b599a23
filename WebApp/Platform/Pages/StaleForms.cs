using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Core.Infrastructure;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.AspNetCore.Routing.Template;
using WebApp.Platform.Http;

namespace WebApp.Platform.Pages;

/// <summary>
/// Answers a form whose antiforgery token is no longer valid: the user signed in or out in another tab, or the cookie is missing. The form is not
/// processed. A browser gets the page again, with the typed values and a warning; a signed-in user who sent a form for
/// anonymous users is redirected to their destination. A request without a token, or not from a browser, gets MVC's 400.
/// </summary>
public sealed class StaleForms(FormDrafts drafts, ITempDataDictionaryFactory tempData, EndpointDataSource endpoints) : IAsyncAlwaysRunResultFilter
{
    private const string TokenField = "__RequestVerificationToken";

    /// <inheritdoc/>
    public async Task OnResultExecutionAsync(ResultExecutingContext context, ResultExecutionDelegate next)
    {
        if (context.Result is IAntiforgeryValidationFailedResult && context.HttpContext.Request is { HasFormContentType: true } request && IsNavigation(request)
            && (await request.ReadFormAsync(context.HttpContext.RequestAborted))[TokenField] is [{ Length: > 0 }])
        {
            context.Result = await AnswerAsync(context.HttpContext, request);
        }

        await next();
    }

    private async Task<IActionResult> AnswerAsync(HttpContext http, HttpRequest request)
    {
        var isForStrangers = http.GetEndpoint()?.Metadata.GetMetadata<IAuthorizeData>() is null;
        if (isForStrangers && http.User.Identity is { IsAuthenticated: true } && request.Path != "/logout")
        {
            return new RedirectResult(ReturnPath.LocalOrAccount(request.Form["ReturnUrl"]));
        }

        var page = PageOf(request);
        await drafts.KeepAsync(http, page);

        // The filter that saves notices does not run after a refused authorization.
        var notices = tempData.GetTempData(http);
        notices.Warning = T("This page was out of date, so nothing was changed. Check what you entered and send it again.");
        notices.Save();
        return new RedirectResult(page + (page == request.Path.Value ? request.QueryString.Value : ""));
    }

    /// <summary>Whether a browser sent the request to show the answer as a page; false for scripts.</summary>
    public static bool IsNavigation(HttpRequest request) =>
        request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);

    /// <summary>The page of a form: the form's own path if it has a GET endpoint, else the nearest parent path that has.</summary>
    public string PageOf(HttpRequest request)
    {
        var path = request.Path.Value ?? "/";
        while (path.Length > 1 && !CanBeShown(path))
        {
            path = path[..path.LastIndexOf('/')];
        }

        return path.Length > 1 ? path : "/";
    }

    private bool CanBeShown(string path) => endpoints.Endpoints.OfType<RouteEndpoint>().Any(endpoint =>
        endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods.Contains(HttpMethods.Get) == true
        && new TemplateMatcher(new RouteTemplate(endpoint.RoutePattern), []).TryMatch(path, []));
}
