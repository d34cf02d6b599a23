using Microsoft.AspNetCore.HostFiltering;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using WebApp.Platform.Startup;

namespace WebApp.Platform.Http.Transport;

/// <summary>Sets up connection limits and, outside Development, HTTPS and the check of the host name.</summary>
public static class TransportSetup
{
    private const long MaxBodyBytes = 64 * 1024;

    // Beyond its own limit the server answers 431 without a body, which proxies turn into 500. So the server's limit is higher than ours.
    private const int MaxHeaderBytes = 128 * 1024;
    private const int MaxHeaders = 200;
    private const int MaxCredentials = 32 * 1024;

    // Slower than any modem. Most requests have a few hundred bytes, which arrive within the grace period.
    private static readonly MinDataRate BodyRate = new(bytesPerSecond: 500, gracePeriod: TimeSpan.FromSeconds(5));

    extension(WebApplicationBuilder builder)
    {
        /// <summary>Reads the limits and configures the server with them.</summary>
        public void AddTransport()
        {
            builder.Services.AddOptions<TransportOptions>().BindConfiguration("Server")
                .Validate(o => o.MaxConnections >= 100, "Server:MaxConnections must be at least 100.")
                .Validate(o => o.HeadersTimeoutSeconds is >= 1 and <= 120, "Server:HeadersTimeoutSeconds must be 1 to 120.")
                .ValidateOnStart();
            builder.Services.AddOptions<KestrelServerOptions>().Configure<IOptions<TransportOptions>, ShutdownGrace>((kestrel, options, shutdown) =>
            {
                kestrel.ConfigureEndpointDefaults(endpoint => endpoint.Use(shutdown.Bound));
                kestrel.AddServerHeader = false;
                kestrel.Limits.MaxRequestBodySize = MaxBodyBytes;
                kestrel.Limits.MaxRequestHeadersTotalSize = MaxHeaderBytes;
                kestrel.Limits.MaxRequestHeaderCount = MaxHeaders;
                kestrel.Limits.MaxConcurrentConnections = options.Value.MaxConnections;
                kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(options.Value.HeadersTimeoutSeconds);
                kestrel.Limits.MinRequestBodyDataRate = BodyRate;
            });

            builder.Services.AddSingleton<ShutdownGrace>();
            builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = ShutdownGrace.ForAll);
            builder.Services.AddHostedService<RefusedConnections>();

            // UseOwnHost uses the same key, but allows health checks, which call a container by its address.
            builder.Services.PostConfigure<HostFilteringOptions>(framework => framework.AllowedHosts = ["*"]);
        }
    }

    extension(WebApplication app)
    {
        /// <summary>
        /// Requires HTTPS outside Development. Over plain HTTP, a page is redirected to <c>App:BaseUrl</c>. Requests that may have a credential (forms
        /// and calls of the API) are refused and not redirected: otherwise credentials would be sent unencrypted again and again, unnoticed (ASVS 4.1.2).
        /// </summary>
        public void UseHttps()
        {
            if (app.Environment.IsDevelopment())
            {
                return;
            }

            var options = app.Services.GetRequiredService<IOptions<AppOptions>>().Value;
            if (options.BaseUrl.Scheme == Uri.UriSchemeHttp)
            {
                // Only localhost may use plain HTTP. Browsers treat it as secure, so cookies are still marked Secure.
                app.Use((context, next) =>
                {
                    context.Request.Scheme = Uri.UriSchemeHttps;
                    return next(context);
                });
                return;
            }

            app.Use((context, next) => context.Request.IsHttps || context.IsHealthCheck ? next(context)
                : context.IsApiRequest || !(HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method)) ? Refuse(context, TransportRefusal.PlainHttp)
                : Redirect(context, options.Link(context.Request.Path.ToUriComponent() + context.Request.QueryString.ToUriComponent())));
        }

        /// <summary>
        /// Outside Development, answers only under the host name in <c>App:BaseUrl</c> and those in <c>AllowedHosts</c>, so that nobody can
        /// use the site under another name.
        /// </summary>
        public void UseOwnHost()
        {
            string[] names = [.. (app.Configuration["AllowedHosts"] ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];
            if (app.Environment.IsDevelopment() || names.Contains("*"))
            {
                return;
            }

            names = [app.Services.GetRequiredService<IOptions<AppOptions>>().Value.BaseUrl.Host, .. names];
            app.Use((context, next) => context.IsHealthCheck || names.Contains(context.Request.Host.Host, StringComparer.OrdinalIgnoreCase)
                ? next(context)
                : Refuse(context, TransportRefusal.OtherHost));
        }
    }

    extension(IApplicationBuilder pipeline)
    {
        /// <summary>Refuses more than 32 KiB of cookies and tokens with an error page or a problem document (RFC 6585 5).</summary>
        public void UseHeaderLimit() => pipeline.Use((context, next) =>
            Length(context.Request.Headers.Cookie) + Length(context.Request.Headers.Authorization) > MaxCredentials
                ? Refuse(context, TransportRefusal.TooManyCookies)
                : next(context));

        /// <summary>Refuses bodies with a <c>Content-Length</c> over 64 KiB before they are read; the server limits others while reading.</summary>
        public void UseBodyLimit() => pipeline.Use((context, next) =>
        {
            if (context.Request.ContentLength > MaxBodyBytes)
            {
                context.Response.StatusCode = StatusCodes.Status413PayloadTooLarge;
                return Task.CompletedTask;
            }

            return next(context);
        });
    }

    private static int Length(StringValues lines)
    {
        var length = 0;
        foreach (var line in lines)
        {
            length += line?.Length ?? 0;
        }

        return length;
    }

    private static Task Refuse(HttpContext context, TransportRefusal refusal)
    {
        context.Features.Set(refusal);
        context.Response.StatusCode = refusal.Status;
        return Task.CompletedTask;
    }

    private static Task Redirect(HttpContext context, string location)
    {
        context.Response.StatusCode = StatusCodes.Status308PermanentRedirect;
        context.Response.Headers.Location = location;
        return Task.CompletedTask;
    }
}

/// <summary>Connection limits: section <c>Server</c>.</summary>
public sealed class TransportOptions
{
    /// <summary>The maximum number of open connections; any more are closed at once. Key <c>Server:MaxConnections</c>.</summary>
    public int MaxConnections { get; set; } = 10_000;

    /// <summary>The timeout for a request's headers, in seconds. Key <c>Server:HeadersTimeoutSeconds</c>.</summary>
    public int HeadersTimeoutSeconds { get; set; } = 10;
}

/// <summary>Why a request is refused for its transport, for any endpoint. A feature of the request, read by the error page and the problem document.</summary>
/// <param name="Status">The status.</param>
/// <param name="Title">What is wrong, in a few words.</param>
/// <param name="Advice">What to do about it.</param>
public sealed record TransportRefusal(int Status, string Title, string Advice)
{
    /// <summary>Sent over plain HTTP, so its content may have been read on the network.</summary>
    public static readonly TransportRefusal PlainHttp = new(
        StatusCodes.Status403Forbidden,
        Marked("This must be sent over HTTPS"),
        Marked("It came unencrypted, so nothing was done with it. Begin again at the site's https:// address; what you typed may have been read on its way."));

    /// <summary>Too many cookies (RFC 6585 5); other sites of the domain may have set them.</summary>
    public static readonly TransportRefusal TooManyCookies = new(
        StatusCodes.Status431RequestHeaderFieldsTooLarge,
        Marked("Your browser sends too many cookies"),
        Marked("Delete the cookies of this site in your browser's settings, then load the page again. You will have to sign in again."));

    /// <summary>Meant for another site (RFC 9110 15.5.20).</summary>
    public static readonly TransportRefusal OtherHost = new(
        StatusCodes.Status421MisdirectedRequest,
        Marked("This address is not ours"),
        Marked("We answer under another name. If you run this site: a proxy must pass the Host header on, and other names belong into AllowedHosts."));
}
