using Microsoft.AspNetCore.Mvc.Filters;
using WebApp.Features.SecondFactors;
using WebApp.Features.Sessions;
using WebApp.Platform.Http;

namespace WebApp.Areas.Api;

/// <summary>Answers a call whose change was refused because its session had ended, or its authentication was not sufficient.</summary>
public sealed class RefusedChangeFilter : IAsyncExceptionFilter
{
    /// <inheritdoc/>
    public async Task OnExceptionAsync(ExceptionContext context)
    {
        var http = context.HttpContext;
        if (!http.IsApiRequest)
        {
            return;
        }

        switch (context.Exception)
        {
            case SessionEndedException:
                context.Result = new ApiProblem(ApiErrors.TokenRevoked);
                break;
            case StrongerAuthenticationRequiredException:
                context.Result = await RecentAuthenticationRequiredAttribute.RefuseAsync(http, http.User.UserId, strong: true, http.RequestAborted);
                break;
            default:
                return;
        }

        context.ExceptionHandled = true;
    }
}
