namespace WebApp.Platform.Http;

/// <summary>The kind of a request. It decides the format of errors and which credentials are accepted.</summary>
public static class RequestKind
{
    private const string ApiPrefix = "/api";
    private const string HealthPrefix = "/health";

    extension(HttpContext context)
    {
        /// <summary>Whether it is a call of the JSON API, whose errors are problem documents and not pages.</summary>
        public bool IsApiRequest => context.Request.Path.StartsWithSegments(ApiPrefix, StringComparison.OrdinalIgnoreCase);

        /// <summary>Whether it is a health check. Orchestrators send it from inside the network, over plain HTTP, with any host name.</summary>
        public bool IsHealthCheck => context.Request.Path.StartsWithSegments(HealthPrefix, StringComparison.OrdinalIgnoreCase);
    }
}
