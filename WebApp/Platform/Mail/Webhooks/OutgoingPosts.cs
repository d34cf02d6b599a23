using System.Net;
using WebApp.Platform.Mail.Transports;

namespace WebApp.Platform.Mail.Webhooks;

/// <summary>Posts messages of the outbox to addresses that an operator has set.</summary>
/// <param name="receiver">What answers there, for the outbox: “receiver” or “application”.</param>
public sealed class OutgoingPosts(string receiver) : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    // A redirect could name any host, and cookies would let the receiver keep state on our side.
    private readonly HttpClient http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        ActivityHeadersPropagator = null,
    })
    {
        Timeout = Timeout,
    };

    /// <summary>Sends a request. Failures of the receiver are results; only the caller's cancellation throws.</summary>
    public async Task<DeliveryResult> SendAsync(HttpRequestMessage request, CancellationToken cancel)
    {
        try
        {
            using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
            return Check(answer.StatusCode);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return new DeliveryResult.Deferred($"The {receiver} took more than {Timeout.TotalSeconds} s.");
        }
        catch (HttpRequestException trouble)
        {
            return new DeliveryResult.Deferred($"{trouble.HttpRequestError}: {trouble.Message}");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();

    // 4xx is permanent, except 408 (timeout) and 429 (too many requests).
    private DeliveryResult Check(HttpStatusCode status) => (int)status switch
    {
        >= 200 and < 300 => new DeliveryResult.Accepted(),
        >= 400 and < 500 and not 408 and not 429 => new DeliveryResult.Refused($"The {receiver} answered {(int)status}."),
        _ => new DeliveryResult.Deferred($"The {receiver} answered {(int)status}."),
    };
}
