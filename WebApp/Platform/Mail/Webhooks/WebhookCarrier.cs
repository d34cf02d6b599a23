using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using WebApp.Platform.Mail.Transports;

namespace WebApp.Platform.Mail.Webhooks;

/// <summary>Posts webhooks to their receivers. A retry has the same <c>Webhook-Id</c>, so that the receiver can recognize it.</summary>
public sealed class WebhookCarrier(IOptions<WebhookOptions> alerts, IOptions<WebhookReceivers> receivers, OutboxCipher cipher, TimeProvider time) : IOutboxCarrier, IDisposable
{
    private readonly OutgoingPosts posts = new("receiver");

    /// <inheritdoc/>
    public OutboxChannel Channel => OutboxChannel.Webhook;

    /// <inheritdoc/>
    public bool KeepsBody => false;

    /// <inheritdoc/>
    public async Task<DeliveryResult> SendAsync(OutboxMessage message, byte[] body, CancellationToken cancel)
    {
        var target = message.Receiver is { } name ? receivers.Value.Find(name)?.Target : alerts.Value;
        if (target is not { IsConfigured: true })
        {
            return new DeliveryResult.Refused(message.Receiver is null ? "Alerts:Webhook:Url is not configured any more." : $"Webhooks:{message.Receiver} is not configured any more.");
        }

        if (cipher.OpenWebhook(body) is not { } json)
        {
            return new DeliveryResult.Deferred("The body cannot be decrypted.");
        }

        using var request = Sign(target, message.Id.ToString(), json);
        return await posts.SendAsync(request, cancel);
    }

    /// <inheritdoc/>
    public void Dispose() => posts.Dispose();

    private HttpRequestMessage Sign(WebhookOptions target, string id, byte[] json)
    {
        var timestamp = time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var request = new HttpRequestMessage(HttpMethod.Post, target.Url) { Content = new ByteArrayContent(json) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add("Webhook-Id", id);
        request.Headers.Add("Webhook-Timestamp", timestamp);
        request.Headers.Add("Webhook-Signature", WebhookSignature.Compute(target.Key(), id, timestamp, json));
        return request;
    }
}

/// <summary>Signs a webhook according to Standard Webhooks 1.0.0 (standardwebhooks.com, “Signature scheme”), so that its libraries can verify it.</summary>
public static class WebhookSignature
{
    /// <summary>The header <c>Webhook-Signature</c>: <c>v1,</c> and the base64 of the HMAC-SHA256 of <c>id.timestamp.body</c>.</summary>
    /// <param name="key">The shared key.</param>
    /// <param name="id"><c>Webhook-Id</c>.</param>
    /// <param name="timestamp"><c>Webhook-Timestamp</c>: Unix seconds.</param>
    /// <param name="body">As it is sent.</param>
    public static string Compute(byte[] key, string id, string timestamp, byte[] body)
    {
        byte[] content = [.. Encoding.ASCII.GetBytes($"{id}.{timestamp}."), .. body];
        return $"v1,{Convert.ToBase64String(HMACSHA256.HashData(key, content))}";
    }
}
