namespace WebApp.Hosting;

/// <summary>Which door a request came through: it decides how errors are told and which credentials count.</summary>
public static class Door
{
    private const string ApiPrefix = "/api";

    extension(HttpContext context)
    {
        /// <summary>Whether it is a call of the JSON API, whose errors are problems and not pages.</summary>
        public bool IsApiRequest => context.Request.Path.StartsWithSegments(ApiPrefix, StringComparison.OrdinalIgnoreCase);
    }
}
