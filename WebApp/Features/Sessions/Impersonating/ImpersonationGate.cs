using WebApp.Platform.Http;
using WebApp.Platform.Http.Transport;
using WebApp.Platform.Pages;

namespace WebApp.Features.Sessions.Impersonating;

/// <summary>
/// Limits an impersonation to reading, and to the pages that are marked <see cref="ShownToOthersAttribute"/>. Runs after authentication and before all
/// endpoints, so that no endpoint needs its own check.
/// </summary>
public static class ImpersonationGate
{
    private const string Console = "/admin/users";

    extension(WebApplication app)
    {
        /// <summary>Covers pages and API calls.</summary>
        public void UseImpersonation() => app.Use((context, next) =>
            context.IsApiRequest ? CallAsync(context, next) : PageAsync(context, next));
    }

    private static bool Reads(HttpContext context) => HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method);

    // The API reads no cookie, but a script in an impersonating browser may have a token.
    private static Task CallAsync(HttpContext context, RequestDelegate next) =>
        !Reads(context) && Cookie(context).IsSent(context) ? Refuse(context) : next(context);

    private static Task PageAsync(HttpContext context, RequestDelegate next)
    {
        if (context.User.HasClaim(claim => claim.Type == PrincipalClaims.Actor))
        {
            var marks = context.GetEndpoint()?.Metadata;
            return marks is null || marks.GetMetadata<AllowWhileImpersonatingAttribute>() is not null || (Reads(context) && marks.GetMetadata<ShownToOthersAttribute>() is not null)
                ? next(context)
                : RefuseWrite(context);
        }

        if (!Cookie(context).IsSent(context))
        {
            return next(context);
        }

        // The impersonation is over. The user may believe that they still see the other account: a form meant for it must not change their own account.
        Cookie(context).Remove(context);
        if (!Reads(context))
        {
            return Refuse(context);
        }

        if (context.User.Identity is { IsAuthenticated: true } && context.GetEndpoint()?.Metadata.GetMetadata<ShownToOthersAttribute>() is not null)
        {
            context.Response.Redirect(Console);
            return Task.CompletedTask;
        }

        return next(context);
    }

    private static ImpersonationCookie Cookie(HttpContext context) => context.RequestServices.GetRequiredService<ImpersonationCookie>();

    // Only the user who views the account reads this, so they may know the name.
    private static Task RefuseWrite(HttpContext context)
    {
        context.Features.Set(new TransportRefusal(
            StatusCodes.Status403Forbidden,
            T("Read-only: you are viewing {0}'s account", context.User.Identity?.Name),
            T("Nothing can be changed here while you view another user's account. Stop viewing to work in your own account again.")));
        return Refuse(context);
    }

    private static Task Refuse(HttpContext context)
    {
        // Without a body: the API adds a problem response, the pages add a page.
        context.Response.StatusCode = StatusCodes.Status403Forbidden;
        return Task.CompletedTask;
    }
}

/// <summary>Marks the one form that an administrator can send while they view an account: the one that ends it.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class AllowWhileImpersonatingAttribute : Attribute;
