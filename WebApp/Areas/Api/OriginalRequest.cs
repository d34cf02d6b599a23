using Microsoft.Extensions.Primitives;

namespace WebApp.Areas.Api;

/// <summary>
/// What a proxy that asks <c>forward-auth</c> says of the request it holds. It is only ever used to choose between places that were
/// allowed beforehand, so nothing is gained by saying it falsely.
/// </summary>
internal static class OriginalRequest
{
    /// <summary>
    /// The address that was asked for: <c>X-Original-URL</c> (nginx), or <c>X-Forwarded-Proto</c>, <c>-Host</c> and <c>-Uri</c> (Traefik, Caddy), of which the
    /// first two may have been taken over into the request itself. Null where there is none, or more than one.
    /// </summary>
    public static string? Address(HttpRequest request)
    {
        if (request.Headers.TryGetValue("X-Original-URL", out var whole))
        {
            return Single(whole);
        }

        return Single(request.Headers["X-Forwarded-Uri"]) is { } path && path.StartsWith('/')
            ? $"{Single(request.Headers["X-Forwarded-Proto"]) ?? request.Scheme}://{Single(request.Headers["X-Forwarded-Host"]) ?? request.Host.Value}{path}"
            : null;
    }

    /// <summary>Whether somebody opens a page, rather than a script or a program asking for something, which wants the plain 401.</summary>
    public static bool IsNavigation(HttpRequest request)
    {
        var method = Single(request.Headers["X-Original-Method"]) ?? Single(request.Headers["X-Forwarded-Method"]) ?? request.Method;
        if (!HttpMethods.IsGet(method) && !HttpMethods.IsHead(method))
        {
            return false;
        }

        return Single(request.Headers["Sec-Fetch-Mode"]) is { } mode
            ? mode == "navigate"
            : request.Headers.Accept.Count == 0 || request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);
    }

    private static string? Single(StringValues values) => values is [{ Length: > 0 } value] ? value : null;
}
