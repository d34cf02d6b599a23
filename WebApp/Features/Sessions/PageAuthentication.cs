using Microsoft.AspNetCore.Authentication;

namespace WebApp.Features.Sessions;

/// <summary>Marks actions that work with a request of OpenID Connect, which the protocol's library must read before they run.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class ReadByProtocolAttribute : Attribute;

/// <summary>
/// Authenticates requests by the session cookie. Authentication handlers that may answer a request themselves, as those of OpenID Connect do, are asked only
/// where that can be: about a request that no action takes, or one marked with <see cref="ReadByProtocolAttribute"/>. On other pages that would be a tenth of the work.
/// </summary>
public static class PageAuthentication
{
    extension(IApplicationBuilder pages)
    {
        /// <summary>Sets the user of each request.</summary>
        public void UsePageAuthentication()
        {
            pages.UseWhen(MayBeAnsweredByHandler, protocol => protocol.UseAuthentication());
            pages.UseWhen(context => !MayBeAnsweredByHandler(context), plain => plain.Use(ReadCookieAsync));
        }
    }

    private static bool MayBeAnsweredByHandler(HttpContext context) =>
        context.GetEndpoint() is not { } endpoint || endpoint.Metadata.GetMetadata<ReadByProtocolAttribute>() is not null;

    private static async Task ReadCookieAsync(HttpContext context, RequestDelegate next)
    {
        if ((await context.AuthenticateAsync()).Principal is { } user)
        {
            context.User = user;
        }

        await next(context);
    }
}
