using Microsoft.Extensions.Options;
using WebApp.Features.SignIn.Proxy;
using WebApp.Platform.Http.Proxies;

namespace WebApp.Operations.Doctor;

/// <summary>What this process sees of one request: whose connection, through whom, as what. No header's value but those that say so.</summary>
public sealed record RequestSight
{
    /// <summary>What a probe says of its user, to see whether the proxy lets a client say it.</summary>
    public const string ProbeUser = "doctor-probe@invalid.example";

    /// <summary>Whose connection it is; null over a Unix socket.</summary>
    public required string? Peer { get; init; }

    /// <summary>Whether that is one of <c>Proxy:Trusted</c>.</summary>
    public required bool PeerIsTrusted { get; init; }

    /// <summary>The entries of <c>X-Forwarded-For</c> that were looked at, nearest first.</summary>
    public required IReadOnlyList<string> Hops { get; init; }

    /// <summary>The address that counts.</summary>
    public required string? Client { get; init; }

    /// <summary>Why that one.</summary>
    public required ForwardedReason Reason { get; init; }

    /// <summary>The scheme that counts.</summary>
    public required string Scheme { get; init; }

    /// <summary>Host and port asked for.</summary>
    public required string Host { get; init; }

    /// <summary>Whether <c>X-Forwarded-For</c> was sent at all.</summary>
    public required bool HasForwardedFor { get; init; }

    /// <summary>Whether <c>X-Forwarded-Proto</c> was sent at all.</summary>
    public required bool HasForwardedProto { get; init; }

    /// <summary>How many users the header for sign-in names.</summary>
    public required int Users { get; init; }

    /// <summary>Whether one of them is the probe's own.</summary>
    public required bool NamesProbe { get; init; }

    /// <summary>Looks at a request.</summary>
    public static RequestSight Of(HttpContext context)
    {
        var services = context.RequestServices;
        var proxies = services.GetRequiredService<IOptions<ProxyOptions>>().Value;
        var chain = ForwardedChain.Of(context, proxies);
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
