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
/// <c>GET /forward-auth</c>: a reverse proxy asks before every request of a site it protects whether to let it through, and for whom
/// (docs/forward-auth.md). It is the one call that looks at cookies, because the proxy passes on what the browser sent, and that may
/// redirect. It reads and changes nothing; as busy as <c>/me</c>, it is no action either.
/// </summary>
public static class ForwardAuthEndpoint
{
    extension(WebApplication app)
    {
        /// <summary>Maps it.</summary>
        public void MapForwardAuth()
        {
            var (bearer, sites) = (app.Services.GetRequiredService<BearerAuthentication>(), app.Services.GetRequiredService<SiteGate>());
            var (proxyUsers, enrolment) = (app.Services.GetRequiredService<ProxyUsers>(), app.Services.GetRequiredService<EnrolmentPolicy>());
            var (protectedSites, cookies) = (app.Services.GetRequiredService<ProtectedSites>(), app.Services.GetRequiredService<SiteCookies>());
            var (source, conflicts) = (app.Services.GetRequiredService<IOptions<SiteOptions>>().Value.AddressFrom, app.Services.GetRequiredService<SourceConflicts>());
            app.MapGet($"/{ApiEndpointAttribute.Prefix}/forward-auth", context =>
                OriginalRequest.FromRequest(context.Request, source) is not { } original ? RefuseConflictAsync(context, conflicts)
                // Who sends a token is authenticated by it alone, and is no browser to be sent elsewhere.
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

/// <summary>A user in the four headers that a protected site is told.</summary>
internal static class RemoteIdentity
{
    private const char Escape = '%';
    private const string GroupPrefix = "group:";

    /// <summary>
    /// Whether the user has one of the roles that a site wants (<c>?role=</c>) and is in one of the groups (<c>?group=</c>, by id, which no
    /// renaming changes).
    /// </summary>
    public static bool Fits(UserSnapshot user, IQueryCollection wanted) =>
        (!wanted.TryGetValue("role", out var roles) || roles.Intersect(user.Roles).Any())
        && (!wanted.TryGetValue("group", out var groups) || groups.Any(text => Guid.TryParseExact(text, "D", out var id) && user.Groups.Any(group => group.Id == id)));

    /// <summary>
    /// Writes them, all four every time, so that none that a client sent is left where a proxy merges. <c>Remote-User</c> is the id, which never
    /// goes to anybody else; an address may. One that nobody has confirmed is left empty: a site would take its user for whoever has that mailbox.
    /// </summary>
    public static void Write(IHeaderDictionary headers, UserSnapshot user)
    {
        headers["Remote-User"] = user.Id.ToString();
        headers["Remote-Email"] = user.EmailConfirmed ? Encode(user.Email) : "";
        headers["Remote-Name"] = Encode(user.Name);
        headers["Remote-Groups"] = string.Join(',', [.. user.Roles.Select(EncodeItem), .. user.Groups.Select(group => GroupPrefix + group.Id)]);
    }

    /// <summary>As a header can carry it: what is not printable ASCII, and the percent sign, as UTF-8 in percent-encoding (RFC 3986 2.1).</summary>
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

    // Nor can a role be called like a group.
    private static string EncodeItem(string text) => Encode(text).Replace(",", "%2C", StringComparison.Ordinal).Replace(":", "%3A", StringComparison.Ordinal);

    private static bool MustBeEncoded(char c) => c is < ' ' or > '~' or Escape;
}

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
