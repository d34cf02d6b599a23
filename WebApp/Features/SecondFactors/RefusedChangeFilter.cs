using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using WebApp.Features.Sessions;
using WebApp.Platform.Http;
using WebApp.Platform.Pages;

namespace WebApp.Features.SecondFactors;

/// <summary>Answers a page's change that was refused because its session ended, or showed too little, before the change was made.</summary>
public sealed class RefusedChangeFilter(ITempDataDictionaryFactory next) : IExceptionFilter
{
    /// <inheritdoc/>
    public void OnException(ExceptionContext context)
    {
        if (context.HttpContext.IsApiRequest)
        {
            return;
        }

        switch (context.Exception)
        {
            case SessionEndedException:
                next.GetTempData(context.HttpContext).Warning = "You were signed out meanwhile. Nothing was changed.";
                context.Result = new RedirectResult(SessionCookieOptions.LoginPath);
                break;
            case StrongerAuthenticationRequiredException:
                context.Result = new RedirectResult(RequireRecentAuthenticationAttribute.PathTo("/account/mfa", strong: true));
                break;
            default:
                return;
        }

        context.ExceptionHandled = true;
    }
}
