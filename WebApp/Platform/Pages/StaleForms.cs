using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Core.Infrastructure;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.AspNetCore.Routing.Template;
using WebApp.Platform.Http;

namespace WebApp.Platform.Pages;

/// <summary>
/// Leads a person on whose form carries an antiforgery token that no longer fits: they signed in or out in another tab, or the cookie is gone. Nothing
/// of the form is processed. A browser gets the page again, with what was typed and a sentence; somebody who is signed in and sent a form for
/// strangers goes where they wanted to go. A request without a token, or from a program, gets the 400 it always got.
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

        // The filter that saves notices does not run where authorization refused.
        var notices = tempData.GetTempData(http);
        notices.Warning = "This page was out of date, so nothing was changed. Check what you entered and send it again.";
        notices.Save();
        return new RedirectResult(page + (page == request.Path.Value ? request.QueryString.Value : ""));
    }

    /// <summary>Whether a browser sent the request to show what comes back, and no script did.</summary>
    public static bool IsNavigation(HttpRequest request) =>
        request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);

    /// <summary>The page that a form was sent from: its own path where that can be shown, else the nearest above it.</summary>
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
