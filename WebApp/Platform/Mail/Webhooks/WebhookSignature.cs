using System.Security.Cryptography;
using System.Text;

namespace WebApp.Platform.Mail.Webhooks;

/// <summary>Signs a webhook as Standard Webhooks 1.0.0 has it (standardwebhooks.com, “Signature scheme”), so that any of its libraries can verify it.</summary>
public static class WebhookSignature
{
    /// <summary>The header <c>Webhook-Signature</c>: <c>v1,</c> and the base64 of the HMAC-SHA256 of <c>id.timestamp.body</c>.</summary>
    /// <param name="key">The shared key.</param>
    /// <param name="id"><c>Webhook-Id</c>.</param>
    /// <param name="timestamp"><c>Webhook-Timestamp</c>: Unix seconds.</param>
    /// <param name="body">As it is sent.</param>
    public static string Of(byte[] key, string id, string timestamp, byte[] body)
    {
        byte[] content = [.. Encoding.ASCII.GetBytes($"{id}.{timestamp}."), .. body];
        return $"v1,{Convert.ToBase64String(HMACSHA256.HashData(key, content))}";
    }
}
