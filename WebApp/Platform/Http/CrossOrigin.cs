using Microsoft.Extensions.Options;

namespace WebApp.Platform.Http;

/// <summary>
/// Lets scripts of other sites use the API, read the discovery documents and get tokens as a public application, by the list <c>Cors:AllowedOrigins</c>. Never with credentials: cookies are
/// neither sent nor set, so another site can do nothing that a program could not do.
/// </summary>
public static class CrossOrigin
{
    private static readonly TimeSpan PreflightAge = TimeSpan.FromMinutes(10);

    // What a client needs beside the body. Browsers hide other headers from scripts.
    private static readonly string[] Exposed = ["WWW-Authenticate", "Retry-After", "Link", "X-Total-Count", "Location"];

    // Of the provider's addresses only those that a public application calls from its script: a browser is sent to the others, or they need a secret.
    private static readonly PathString[] Shared = ["/api/v1", "/.well-known", "/connect/token", "/connect/userinfo", "/connect/revoke"];

    extension(WebApplicationBuilder builder)
    {
        /// <summary>Registers the list and the service.</summary>
        public void AddCrossOrigin()
        {
            builder.Services.AddOptions<CrossOriginOptions>()
                .Configure<IConfiguration>((cors, configuration) => cors.Read(configuration.GetSection("Cors:AllowedOrigins")))
                .Validate<IHostEnvironment>(
                    (cors, environment) => cors.AllowedOrigins.All(origin => CrossOriginOptions.IsOrigin(origin, environment.IsDevelopment())),
                    "Cors:AllowedOrigins must be origins such as https://app.example.org, separated by commas, without a path and without *; http only to this machine, or in Development.")
                .ValidateOnStart();
            builder.Services.AddCors();
        }
    }

    extension(WebApplication app)
    {
        /// <summary>Answers preflight requests and adds the headers, to errors as well. Must come before whatever may refuse a request.</summary>
        public void UseCrossOrigin()
        {
            var origins = app.Services.GetRequiredService<IOptions<CrossOriginOptions>>().Value.AllowedOrigins.ToHashSet(StringComparer.OrdinalIgnoreCase);
            if (origins.Count == 0)
            {
                return;
            }

            // A function in place of a list, so that every answer varies by origin.
            app.UseWhen(
                context => Array.Exists(Shared, path => context.Request.Path.StartsWithSegments(path)),
                shared => shared.UseCors(policy => policy.SetIsOriginAllowed(origins.Contains).AllowAnyHeader().WithMethods("GET", "POST", "PUT", "PATCH", "DELETE")
                    .WithExposedHeaders(Exposed).SetPreflightMaxAge(PreflightAge).DisallowCredentials()));
        }
    }
}

/// <summary>The sites whose scripts may use the API: <c>Cors:AllowedOrigins</c>.</summary>
public sealed class CrossOriginOptions
{
    /// <summary>Scheme, host and port of each; empty: none.</summary>
    public IReadOnlyList<string> AllowedOrigins { get; private set; } = [];

    /// <summary>Reads the origins, given as one text with commas or as a list.</summary>
    internal void Read(IConfigurationSection section) => AllowedOrigins =
        [.. section.GetChildren().Select(child => child.Value).Prepend(section.Value).SelectMany(text => (text ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))];

    internal static bool IsOrigin(string text, bool isDevelopment) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.GetLeftPart(UriPartial.Authority).Equals(text, StringComparison.OrdinalIgnoreCase)
        && uri is { UserInfo: "", Host: not "" and not "*" } && (uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && (isDevelopment || uri.IsLoopback)));
}
