using Microsoft.AspNetCore.HostFiltering;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using WebApp.Platform.Startup;

namespace WebApp.Platform.Http.Transport;

/// <summary>Limits of connections; HTTPS and the site's own name outside Development.</summary>
public static class TransportSetup
{
    private const long MaxBodyBytes = 64 * 1024;

    // The server itself answers 431 without a body beyond its limit, which proxies turn into 500. So it takes more than is allowed here.
    private const int MaxHeaderBytes = 128 * 1024;
    private const int MaxHeaders = 200;
    private const int MaxCredentials = 32 * 1024;

    // Slower than any modem; a request of ours has a few hundred bytes, which the grace covers.
    private static readonly MinDataRate BodyRate = new(bytesPerSecond: 500, gracePeriod: TimeSpan.FromSeconds(5));

    extension(WebApplicationBuilder builder)
    {
        /// <summary>Reads the limits and gives them to the server.</summary>
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

            // UseOwnHost reads the same key, but lets health checks pass, which call a container by its address.
            builder.Services.PostConfigure<HostFilteringOptions>(framework => framework.AllowedHosts = ["*"]);
        }
    }

    extension(WebApplication app)
    {
        /// <summary>
        /// Outside Development, HTTPS alone. Over plain HTTP a page's address is sent to <c>App:BaseUrl</c>; what may carry a credential, a form
        /// or a call of the API, is refused and not led on: it would go over the wire again and again unnoticed (ASVS 4.1.2).
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
                // Only this machine's own name is let be plain HTTP, and that browsers count as secure: cookies are marked Secure all the same.
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
        /// Outside Development, answers only under the name in <c>App:BaseUrl</c> and those in <c>AllowedHosts</c>: whoever points another name
        /// here gets nothing.
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
        /// <summary>Refuses more than 32 KiB of cookies and tokens with a page or a problem that says so (RFC 6585 5).</summary>
        public void UseHeaderLimit() => pipeline.Use((context, next) =>
            Length(context.Request.Headers.Cookie) + Length(context.Request.Headers.Authorization) > MaxCredentials
                ? Refuse(context, TransportRefusal.TooManyCookies)
                : next(context));

        /// <summary>Refuses bodies that announce more than 64 KiB before anything reads them; others are cut off while being read.</summary>
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

/// <summary>How the site is reached: what connections may do, and under which names it answers.</summary>
public sealed class TransportOptions
{
    /// <summary>Connections served at once; more are closed as they come. Key <c>Server:MaxConnections</c>.</summary>
    public int MaxConnections { get; set; } = 10_000;

    /// <summary>Time for a request's headers, in seconds; whoever takes longer is cut off. Key <c>Server:HeadersTimeoutSeconds</c>.</summary>
    public int HeadersTimeoutSeconds { get; set; } = 10;
}

/// <summary>Why a request is refused for the way it came, whatever it asks for. Kept with the request, so that page and problem can say it.</summary>
/// <param name="Status">The status.</param>
/// <param name="Title">What is wrong, in a few words.</param>
/// <param name="Advice">What to do about it.</param>
public sealed record TransportRefusal(int Status, string Title, string Advice)
{
    /// <summary>Sent over plain HTTP: what it carried may have been read on its way.</summary>
    public static readonly TransportRefusal PlainHttp = new(
        StatusCodes.Status403Forbidden,
        "This must be sent over HTTPS",
        "It came unencrypted, so nothing was done with it. Begin again at the site's https:// address; what you typed may have been read on its way.");

    /// <summary>More cookies than are read (RFC 6585 5): other sites of the domain may have set them.</summary>
    public static readonly TransportRefusal TooManyCookies = new(
        StatusCodes.Status431RequestHeaderFieldsTooLarge,
        "Your browser sends too many cookies",
        "Delete the cookies of this site in your browser's settings, then load the page again. You will have to sign in again.");

    /// <summary>Meant for another site (RFC 9110 15.5.20).</summary>
    public static readonly TransportRefusal OtherHost = new(
        StatusCodes.Status421MisdirectedRequest,
        "This address is not ours",
        "We answer under another name. If you run this site: a proxy must pass the Host header on, and other names belong into AllowedHosts.");
}
