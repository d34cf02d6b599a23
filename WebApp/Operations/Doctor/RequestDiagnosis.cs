using Microsoft.Extensions.Options;
using WebApp.Features.SignIn.Proxy;
using WebApp.Platform.Http.Proxies;
using WebApp.Platform.Startup;
using WebApp.Platform.Text;

namespace WebApp.Operations.Doctor;

/// <summary>Checks the proxies between the client and this process, from how a request arrived.</summary>
public sealed class RequestDiagnosis(IHostEnvironment environment, IOptions<AppOptions> app, IOptions<ProxyOptions> proxies, IOptions<ProxySignInOptions> signIn)
{
    // The largest private networks: 10.0.0.0/8, fc00::/7.
    private const int WidestIpv4 = 8;
    private const int WidestIpv6 = 7;

    /// <summary>The findings about a request and the configuration for it.</summary>
    public IReadOnlyList<Finding> Look(RequestSight sight) => [.. Trust(sight), .. Chain(sight), .. Scheme(sight), .. Host(sight), .. SignIn(sight), Cookies()];

    private IEnumerable<Finding> Trust(RequestSight sight)
    {
        if (proxies.Value.Trusted.Any(network => network.PrefixLength < (network.BaseAddress.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork ? WidestIpv4 : WidestIpv6)))
        {
            yield return TrustsEverybody(sight.Peer);
        }

        if (!sight.PeerIsTrusted && (sight.HasForwardedFor || sight.HasForwardedProto))
        {
            yield return new(
                "proxy_not_trusted",
                Severity.Fault,
                $"{sight.Peer} sends forwarding headers and is not trusted, so all its clients count as one address. If it is your proxy, trust it; if it is not, somebody tries.",
                $"Proxy__Trusted__0={sight.Peer}");
        }
    }

    /// <summary>Any client is trusted as a proxy.</summary>
    internal static Finding TrustsEverybody(string? peer) => new(
        "proxy_trusts_everybody",
        Severity.Fault,
        $"{ProxyOptions.Key} holds a network so wide that any client may say it is a proxy, and so who it is.",
        $"Proxy__Trusted__0={peer ?? "<your proxy's address>"}");

    private static IEnumerable<Finding> Chain(RequestSight sight)
    {
        var (peer, client) = (sight.Peer ?? "a Unix socket", sight.Client ?? "nobody");
        yield return sight.Reason switch
        {
            ForwardedReason.NothingForwarded => new(
                "forwarded_for_missing", Severity.Warning, $"The proxy {peer} names nobody, so all its clients count as one address.", "proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;"),
            ForwardedReason.Malformed => new(
                "forwarded_for_malformed", Severity.Warning, $"X-Forwarded-For holds something that is no address; {client} counts.", "proxy_set_header X-Forwarded-For $remote_addr;"),
            ForwardedReason.PeerNotTrusted => Finding.Good("client_address", $"{client} counts: it connects itself, or through a proxy that is not trusted."),
            ForwardedReason.AllTrusted => Finding.Good("client_address", $"{client} counts: the farthest of {peer}, {string.Join(", ", sight.Hops)}, all of which are trusted."),
            _ => Finding.Good("client_address", $"{client} counts: the first, from the right, of {peer}, {string.Join(", ", sight.Hops)} that is not trusted."),
        };
    }

    private IEnumerable<Finding> Scheme(RequestSight sight)
    {
        // With an http base URL the site is on localhost; an untrusted proxy has its own finding.
        if (app.Value.BaseUrl.Scheme == Uri.UriSchemeHttp)
        {
            yield return environment.IsDevelopment()
                ? new("https_off", Severity.Note, "Development speaks plain HTTP.")
                : new("https_off", Severity.Warning, "App:BaseUrl is plain HTTP: only this machine can use the site.", "App__BaseUrl=https://accounts.example.org");
        }
        else if (sight.Scheme == Uri.UriSchemeHttps)
        {
            yield return Finding.Good("scheme", "The request came over HTTPS.");
        }
        else if (sight.PeerIsTrusted || !sight.HasForwardedProto)
        {
            yield return new(
                "scheme_not_forwarded",
                Severity.Fault,
                $"The site is {app.Value.BaseUrl.Scheme}, and the request seems to have come over plain HTTP: {sight.Peer} does not say X-Forwarded-Proto: https. Forms and calls are refused.",
                "proxy_set_header X-Forwarded-Proto $scheme;");
        }
    }

    private IEnumerable<Finding> Host(RequestSight sight)
    {
        var own = app.Value.BaseUrl.Authority;
        yield return string.Equals(sight.Host, own, StringComparison.OrdinalIgnoreCase)
            ? Finding.Good("host", $"The request is for {own}, which is App:BaseUrl.")
            : new("host_not_base_url", Severity.Fault, $"The request is for {OneLine.Clean(sight.Host, 100)}, and App:BaseUrl is {own}: mailed links go there, and other names are refused.", "proxy_set_header Host $http_host;");
    }

    private IEnumerable<Finding> SignIn(RequestSight sight)
    {
        if (!signIn.Value.Enabled)
        {
            yield break;
        }

        var header = signIn.Value.UserHeader;
        yield return
            sight is { PeerIsTrusted: true, NamesProbe: true } ? new(
                "proxy_auth_header_passed_on", Severity.Fault, $"The proxy passes on {header} as a client sends it: anybody can be anyone.", $"proxy_set_header {header} $remote_user;")
            : sight.Users > 1 ? new(
                "proxy_auth_header_duplicated", Severity.Fault, $"{header} comes more than once: the proxy adds its own beside the client's. Every such request is refused.", $"proxy_set_header {header} $remote_user;")
            : !sight.PeerIsTrusted ? new(
                "reachable_beside_proxy", Severity.Warning, $"{sight.Peer} got here without a trusted proxy. Its {header} is ignored; better that nobody gets here.", "ASPNETCORE_URLS=http://127.0.0.1:8080")
            : sight.Users == 0 ? new(
                "proxy_auth_header_missing", Severity.Fault, $"The proxy names nobody in {header}: it strips it and sets none, or nobody has signed in there.", $"proxy_set_header {header} $remote_user;")
            : Finding.Good("proxy_auth_header", $"The proxy names one user in {header}.");
    }

    private Finding Cookies() => environment.IsDevelopment()
        ? new("cookies", Severity.Note, "Cookies are HttpOnly and SameSite=Lax; in Development they are not Secure.")
        : Finding.Good("cookies", "Cookies are Secure, HttpOnly, SameSite=Lax and bound to this host (__Host-).");
}

/// <summary>How one request arrived at this process: the peer, the proxies, the scheme and host. It has no values of other headers.</summary>
public sealed record RequestSight
{
    /// <summary>The user that a probe names, to check whether the proxy passes on a client's header.</summary>
    public const string ProbeUser = "doctor-probe@invalid.example";

    /// <summary>The address at the other end of the connection; null over a Unix socket.</summary>
    public required string? Peer { get; init; }

    /// <summary>Whether the peer is in <c>Proxy:Trusted</c>.</summary>
    public required bool PeerIsTrusted { get; init; }

    /// <summary>The entries of <c>X-Forwarded-For</c> that were read, nearest first.</summary>
    public required IReadOnlyList<string> Hops { get; init; }

    /// <summary>The resulting client address.</summary>
    public required string? Client { get; init; }

    /// <summary>The reason for that address.</summary>
    public required ForwardedReason Reason { get; init; }

    /// <summary>The resulting scheme.</summary>
    public required string Scheme { get; init; }

    /// <summary>The requested host and port.</summary>
    public required string Host { get; init; }

    /// <summary>Whether <c>X-Forwarded-For</c> was sent.</summary>
    public required bool HasForwardedFor { get; init; }

    /// <summary>Whether <c>X-Forwarded-Proto</c> was sent.</summary>
    public required bool HasForwardedProto { get; init; }

    /// <summary>The number of users in the header for sign-in.</summary>
    public required int Users { get; init; }

    /// <summary>Whether one of them is <see cref="ProbeUser"/>.</summary>
    public required bool NamesProbe { get; init; }

    /// <summary>Reads it from a request.</summary>
    public static RequestSight FromRequest(HttpContext context)
    {
        var services = context.RequestServices;
        var proxies = services.GetRequiredService<IOptions<ProxyOptions>>().Value;
        var chain = ForwardedChain.FromRequest(context, proxies);
        var users = context.Request.Headers[services.GetRequiredService<IOptions<ProxySignInOptions>>().Value.UserHeader]
            .SelectMany(line => (line ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)).ToArray();
        return new()
        {
            Peer = chain.Peer?.ToString(),
            PeerIsTrusted = proxies.IsTrusted(chain.Peer),
            Hops = [.. chain.Hops.Select(hop => hop.Address?.ToString() ?? "(no address)")],
            Client = chain.Client?.ToString(),
            Reason = chain.Reason,
            Scheme = context.Request.Scheme,
            Host = context.Request.Host.Value ?? "",
            HasForwardedFor = context.Request.Headers.ContainsKey(ForwardedChain.ForHeader),
            HasForwardedProto = context.Request.Headers.ContainsKey(ForwardedChain.ProtoHeader),
            Users = users.Length,
            NamesProbe = users.Contains(ProbeUser, StringComparer.OrdinalIgnoreCase),
        };
    }
}
