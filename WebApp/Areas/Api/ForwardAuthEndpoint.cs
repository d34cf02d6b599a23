using System.Globalization;
using System.Text;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using WebApp.Areas.Api.Bearer;
using WebApp.Areas.Api.OpenApi;
using WebApp.Features.SecondFactors;
using WebApp.Features.SignIn.Proxy;
using WebApp.Features.SignIn.Sites;
using WebApp.Features.Tokens;
using WebApp.Platform.Users;

namespace WebApp.Areas.Api;

/// <summary>
/// <c>GET /forward-auth</c>: a reverse proxy asks before every request to a protected site whether to allow it, and for which user
/// (docs/forward-auth.md). It is the only call that reads cookies, because the proxy passes on the browser's headers, and the only one that may
/// redirect. It changes nothing. It is as frequent as <c>/me</c>, so it is not an MVC action either.
/// </summary>
public static class ForwardAuthEndpoint
{
    extension(WebApplication app)
    {
        /// <summary>Maps the endpoint.</summary>
        public void MapForwardAuth()
        {
            var (bearer, sites) = (app.Services.GetRequiredService<BearerAuthentication>(), app.Services.GetRequiredService<SiteGate>());
            var (proxyUsers, enrolment) = (app.Services.GetRequiredService<ProxyUsers>(), app.Services.GetRequiredService<EnrolmentPolicy>());
            var (protectedSites, cookies) = (app.Services.GetRequiredService<ProtectedSites>(), app.Services.GetRequiredService<SiteCookies>());
            var (source, conflicts) = (app.Services.GetRequiredService<IOptions<SiteOptions>>().Value.AddressFrom, app.Services.GetRequiredService<SourceConflicts>());
            app.MapGet($"/{ApiEndpointAttribute.Prefix}/forward-auth", context =>
                OriginalRequest.FromRequest(context.Request, source) is not { } original ? RefuseConflictAsync(context, conflicts)
                // A client with a token is authenticated only by the token, and is not a browser that could follow a redirect.
                : BearerAuthentication.IsSent(context.Request) ? BearerSetup.AnswerAsync(context, bearer, ApiScope.SitesAccess, static (context, caller) => AdmitAsync(context, caller.User))
                : AnswerBrowserAsync(context, original, sites, proxyUsers, enrolment, protectedSites, cookies))
                .WithMetadata(bearer)
                .DescribeForwardAuth();
        }
    }

    private static Task RefuseConflictAsync(HttpContext context, SourceConflicts conflicts)
    {
        conflicts.Count();
        return new ApiProblem(ApiErrors.MalformedRequest, "The headers name two different pages as the one asked for.").WriteAsync(context);
    }

    private static async Task AnswerBrowserAsync(
        HttpContext context, OriginalRequest original, SiteGate gate, ProxyUsers proxyUsers, EnrolmentPolicy enrolment, ProtectedSites sites, SiteCookies cookies)
    {
        var redirects = context.Request.Query["redirect"] == "1" && original.IsNavigation;
        if (await gate.FindAsync(context, original.Address) is var (session, user) && (!proxyUsers.IsOn || await proxyUsers.AgreesAsync(context, user)))
        {
            await (!enrolment.MustAdd(user, session.Ticket.Amr) ? AdmitAsync(context, user)
                : redirects ? RedirectAsync(context, sites.EnrolmentPage)
                : BearerAuthentication.RefuseAsync(context, ApiErrors.MfaEnrolmentRequired));
        }
        else if (redirects)
        {
            await RedirectAsync(context, sites.LoginFor(original.Address, () => cookies.Entry(context)));
        }
        else
        {
            await BearerAuthentication.RefuseAsync(context, ApiErrors.TokenMissing);
        }
    }

    private static Task RedirectAsync(HttpContext context, string to)
    {
        context.Response.Redirect(to);
        return Task.CompletedTask;
    }

    private static Task AdmitAsync(HttpContext context, UserSnapshot user)
    {
        if (context.Request.QueryString.HasValue && !RemoteIdentity.Fits(user, context.Request.Query))
        {
            return new ApiProblem(ApiErrors.Forbidden).WriteAsync(context);
        }

        RemoteIdentity.Write(context.Response.Headers, user);
        context.Response.ContentLength = 0;
        return Task.CompletedTask;
    }
}

/// <summary>The four headers with the user, for a protected site.</summary>
internal static class RemoteIdentity
{
    private const char Escape = '%';
    private const string GroupPrefix = "group:";

    /// <summary>
    /// Whether the user has one of the roles that a site requires (<c>?role=</c>) and is in one of the groups (<c>?group=</c>, by id, which a
    /// renaming does not change).
    /// </summary>
    public static bool Fits(UserSnapshot user, IQueryCollection wanted) =>
        (!wanted.TryGetValue("role", out var roles) || roles.Intersect(user.Roles).Any())
        && (!wanted.TryGetValue("group", out var groups) || groups.Any(text => Guid.TryParseExact(text, "D", out var id) && user.Groups.Any(group => group.Id == id)));

    /// <summary>
    /// Writes the headers, always all four, so that a proxy that merges headers keeps none from the client. <c>Remote-User</c> is the id, which never
    /// passes to another user, as an address may. An unconfirmed address is left empty: a site would take the user for the owner of that mailbox.
    /// </summary>
    public static void Write(IHeaderDictionary headers, UserSnapshot user)
    {
        headers["Remote-User"] = user.Id.ToString();
        headers["Remote-Email"] = user.EmailConfirmed ? Encode(user.Email) : "";
        headers["Remote-Name"] = Encode(user.Name);
        headers["Remote-Groups"] = string.Join(',', [.. user.Roles.Select(EncodeItem), .. user.Groups.Select(group => GroupPrefix + group.Id)]);
    }

    /// <summary>Encodes a header value: characters that are not printable ASCII, and the percent sign, as UTF-8 in percent-encoding (RFC 3986 2.1).</summary>
    private static string Encode(string text)
    {
        if (!text.Any(MustBeEncoded))
        {
            return text;
        }

        var encoded = new StringBuilder();
        foreach (var octet in Encoding.UTF8.GetBytes(text))
        {
            _ = MustBeEncoded((char)octet) ? encoded.Append(Escape).Append(octet.ToString("X2", CultureInfo.InvariantCulture)) : encoded.Append((char)octet);
        }

        return encoded.ToString();
    }

    // Also encodes the colon, so that a role's name cannot look like a group.
    private static string EncodeItem(string text) => Encode(text).Replace(",", "%2C", StringComparison.Ordinal).Replace(":", "%3A", StringComparison.Ordinal);

    private static bool MustBeEncoded(char c) => c is < ' ' or > '~' or Escape;
}

/// <summary>
/// The request to the protected site, as the proxy describes it in its headers. A site's pass is compared with the address, so the address must come
/// from the proxy and not from the client: it is read from one source only.
/// </summary>
/// <param name="Address">The requested address. Null if there is none, or more than one.</param>
/// <param name="IsNavigation">Whether a browser opens a page; scripts and programs need the plain 401.</param>
internal sealed record OriginalRequest(string? Address, bool IsNavigation)
{
    private const string OriginalUrl = "X-Original-URL";
    private const string ForwardedProto = "X-Forwarded-Proto";
    private const string ForwardedHost = "X-Forwarded-Host";
    private const string ForwardedUri = "X-Forwarded-Uri";

    /// <summary>Reads the headers. Null if two sources name different pages and none is configured.</summary>
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

    // The scheme and host of a trusted proxy may already be those of the request.
    private static string? Forwarded(HttpRequest request) =>
        Single(request.Headers[ForwardedUri]) is { } path && path.StartsWith('/')
            ? $"{Single(request.Headers[ForwardedProto]) ?? request.Scheme}://{Single(request.Headers[ForwardedHost]) ?? request.Host.Value}{path}"
            : null;

    // Parts that are missing in X-Forwarded-* count as equal.
    private static bool Agree(IHeaderDictionary headers)
    {
        if (!Uri.TryCreate(Single(headers[OriginalUrl]), UriKind.Absolute, out var original))
        {
            return false;
        }

        var forwarded = $"{Part(headers, ForwardedProto, original.Scheme)}://{Part(headers, ForwardedHost, original.Authority)}{Part(headers, ForwardedUri, original.PathAndQuery)}";
        return Uri.TryCreate(forwarded, UriKind.Absolute, out var other) && Origin.FromUri(original) is { } origin && origin == Origin.FromUri(other) && original == other;
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
