namespace WebApp.Platform.Http;

/// <summary>The kind of a request. It decides the format of errors and which credentials are accepted.</summary>
public static class RequestKind
{
    private const string ApiPrefix = "/api";
    private const string HealthPrefix = "/health";
    private const string WellKnownPrefix = "/.well-known";
    private const string ConnectPrefix = "/connect";
    private static readonly string[] ConnectPages = ["/authorize", "/continue", "/logout"];

    extension(HttpContext context)
    {
        /// <summary>Whether it is a call of the JSON API, whose errors are problem documents and not pages.</summary>
        public bool IsApiRequest => context.Request.Path.StartsWithSegments(ApiPrefix, StringComparison.OrdinalIgnoreCase);

        /// <summary>Whether it is a request of a program to the OpenID Connect provider, whose errors are the JSON of RFC 6749 and not pages.</summary>
        public bool IsProtocolRequest => context.Request.Path.StartsWithSegments(WellKnownPrefix, StringComparison.OrdinalIgnoreCase)
            || (context.Request.Path.StartsWithSegments(ConnectPrefix, StringComparison.OrdinalIgnoreCase, out var rest)
                && !ConnectPages.Contains(rest.Value?.TrimEnd('/'), StringComparer.OrdinalIgnoreCase));

        /// <summary>Whether it is a health check. Orchestrators send it from inside the network, over plain HTTP, with any host name.</summary>
        public bool IsHealthCheck => context.Request.Path.StartsWithSegments(HealthPrefix, StringComparison.OrdinalIgnoreCase);
    }
}
