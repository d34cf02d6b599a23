using System.Net;
using Microsoft.Extensions.Options;

namespace WebApp.Platform.Http.Proxies;

/// <summary>Sets up trusted proxies.</summary>
public static class ProxySetup
{
    extension(WebApplicationBuilder builder)
    {
        /// <summary>Registers the options.</summary>
        public void AddProxies()
        {
            builder.Services.AddOptions<ProxyOptions>()
                .Configure<IConfiguration>((proxies, configuration) => proxies.Read(configuration))
                .ValidateOnStart();
            builder.Services.AddSingleton<IValidateOptions<ProxyOptions>, ProxyOptionsValidator>();
        }
    }

    extension(WebApplication app)
    {
        /// <summary>Sets the request's address and scheme to those of the client. Must come before all middleware that reads them.</summary>
        public void UseProxies()
        {
            var proxies = app.Services.GetRequiredService<IOptions<ProxyOptions>>().Value;
            if (proxies.Trusted.Count == 0)
            {
                return;
            }

            app.Use((context, next) =>
            {
                var chain = ForwardedChain.FromRequest(context, proxies);
                if (chain is { Reason: not ForwardedReason.PeerNotTrusted, Peer: { } peer })
                {
                    context.Features.Set(new DirectPeer(peer));
                    context.Request.Scheme = chain.Scheme ?? context.Request.Scheme;
                    if (!peer.Equals(chain.Client))
                    {
                        (context.Connection.RemoteIpAddress, context.Connection.RemotePort) = (chain.Client, IPEndPoint.MinPort);
                    }
                }

                return next(context);
            });
        }
    }
}
