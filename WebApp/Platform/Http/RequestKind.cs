namespace WebApp.Platform.Http;

/// <summary>What kind of request it is: it decides how errors are told and which credentials count.</summary>
public static class RequestKind
{
    private const string ApiPrefix = "/api";
    private const string HealthPrefix = "/health";

    extension(HttpContext context)
    {
        /// <summary>Whether it is a call of the JSON API, whose errors are problems and not pages.</summary>
        public bool IsApiRequest => context.Request.Path.StartsWithSegments(ApiPrefix, StringComparison.OrdinalIgnoreCase);

        /// <summary>Whether an orchestrator asks how we are. It does so from inside, over plain HTTP, under whatever name.</summary>
        public bool IsHealthCheck => context.Request.Path.StartsWithSegments(HealthPrefix, StringComparison.OrdinalIgnoreCase);
    }
}
