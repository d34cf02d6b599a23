using Microsoft.Extensions.Primitives;
using WebApp.Features.SignIn.Sites;

namespace WebApp.Areas.Api;

/// <summary>
/// What a proxy that asks <c>forward-auth</c> says of the request it holds. A site's pass is compared with the address, so the address must be
/// the proxy's and not the client's: it is read from one source alone.
/// </summary>
/// <param name="Address">The address that was asked for. Null where there is none, or more than one.</param>
/// <param name="IsNavigation">Whether somebody opens a page, rather than a script or a program asking for something, which wants the plain 401.</param>
internal sealed record OriginalRequest(string? Address, bool IsNavigation)
{
    private const string OriginalUrl = "X-Original-URL";
    private const string ForwardedProto = "X-Forwarded-Proto";
    private const string ForwardedHost = "X-Forwarded-Host";
    private const string ForwardedUri = "X-Forwarded-Uri";

    /// <summary>Reads it. Null where two sources name different pages and none is configured.</summary>
    public static OriginalRequest? FromRequest(HttpRequest request, OriginalRequestSource source)
    {
        var headers = request.Headers;
        if (source == OriginalRequestSource.Detect)
        {
            if (!headers.ContainsKey(OriginalUrl))
            {
                source = OriginalRequestSource.Forwarded;
            }
            else if ((headers.ContainsKey(ForwardedHost) || headers.ContainsKey(ForwardedUri)) && !Agree(headers))
            {
                return null;
            }
        }

        return source == OriginalRequestSource.Forwarded
            ? new(Forwarded(request), IsPage(request, "X-Forwarded-Method"))
            : new(Single(headers[OriginalUrl]), IsPage(request, "X-Original-Method"));
    }

    // A trusted proxy's scheme and host may have been taken over into the request itself.
    private static string? Forwarded(HttpRequest request) =>
        Single(request.Headers[ForwardedUri]) is { } path && path.StartsWith('/')
            ? $"{Single(request.Headers[ForwardedProto]) ?? request.Scheme}://{Single(request.Headers[ForwardedHost]) ?? request.Host.Value}{path}"
            : null;

    // What X-Forwarded-* leave out counts as agreed.
    private static bool Agree(IHeaderDictionary headers)
    {
        if (!Uri.TryCreate(Single(headers[OriginalUrl]), UriKind.Absolute, out var original))
        {
            return false;
        }

        var forwarded = $"{Part(headers, ForwardedProto, original.Scheme)}://{Part(headers, ForwardedHost, original.Authority)}{Part(headers, ForwardedUri, original.PathAndQuery)}";
        return Uri.TryCreate(forwarded, UriKind.Absolute, out var other) && Origin.Of(original) is { } origin && origin == Origin.Of(other) && original == other;
    }

    private static string Part(IHeaderDictionary headers, string name, string otherwise) => headers.TryGetValue(name, out var values) ? values.ToString() : otherwise;

    private static bool IsPage(HttpRequest request, string methodHeader)
    {
        var method = Single(request.Headers[methodHeader]) ?? request.Method;
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
