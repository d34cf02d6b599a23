using System.Text;
using Microsoft.Extensions.Options;

namespace WebApp.Platform.Mail.Webhooks;

/// <summary>Registers webhooks.</summary>
public static class WebhooksSetup
{
    extension(WebApplicationBuilder builder)
    {
        /// <summary>Adds the receiver's options and the carrier that posts to it.</summary>
        public void AddWebhooks()
        {
            builder.Services.AddOptions<WebhookOptions>().BindConfiguration("Alerts:Webhook")
                .Validate(webhook => webhook.HasSafeUrl, "Alerts:Webhook:Url must be an https address without user information; http only to this machine.")
                .Validate(
                    webhook => !webhook.IsConfigured || webhook.Key().Length >= WebhookOptions.MinSecretBytes,
                    $"Alerts:Webhook:Secret must have at least {WebhookOptions.MinSecretBytes} bytes where Alerts:Webhook:Url is set.")
                .ValidateOnStart();
            builder.Services.AddOptions<WebhookReceivers>()
                .Configure<IConfiguration>((receivers, configuration) => receivers.Read(configuration.GetSection("Webhooks")))
                .ValidateOnStart();
            builder.Services.AddSingleton<IValidateOptions<WebhookReceivers>, WebhookReceiversCheck>();
            builder.Services.AddSingleton<WebhookEvents>();
            builder.Services.AddSingleton<WebhookCarrier>();
        }
    }
}

/// <summary>Checks the receivers, and names the key that is wrong.</summary>
internal sealed class WebhookReceiversCheck : IValidateOptions<WebhookReceivers>
{
    public ValidateOptionsResult Validate(string? name, WebhookReceivers options) => options.Fault() is { } fault ? ValidateOptionsResult.Fail(fault) : ValidateOptionsResult.Success;
}

/// <summary>The receiver of signed requests: section <c>Alerts:Webhook</c>.</summary>
public sealed class WebhookOptions
{
    /// <summary>The shortest key (RFC 2104 section 3: no shorter than the hash).</summary>
    public const int MinSecretBytes = 32;

    private const string Base64Mark = "whsec_";

    /// <summary>The receiver's address; https, or http to this machine. Null: none.</summary>
    public Uri? Url { get; set; }

    /// <summary>The shared key: <c>whsec_</c> and base64, as in Standard Webhooks, or any text, whose UTF-8 bytes are used.</summary>
    public string Secret { get; set; } = "";

    /// <summary>Whether a receiver is configured.</summary>
    public bool IsConfigured => Url is not null;

    /// <summary>Whether bodies may be sent to the address.</summary>
    internal bool HasSafeUrl => Url is null or ({ IsAbsoluteUri: true, UserInfo: "" } and ({ Scheme: "https" } or { Scheme: "http", IsLoopback: true }));

    /// <summary>The key's bytes; empty if the part after <c>whsec_</c> is not base64.</summary>
    public byte[] Key()
    {
        if (!Secret.StartsWith(Base64Mark, StringComparison.Ordinal))
        {
            return Encoding.UTF8.GetBytes(Secret);
        }

        var key = new byte[Secret.Length];
        return Convert.TryFromBase64String(Secret[Base64Mark.Length..], key, out var length) ? key[..length] : [];
    }

    /// <summary>A placeholder, not the secret.</summary>
    public override string ToString() => "WebhookOptions(…)";
}
