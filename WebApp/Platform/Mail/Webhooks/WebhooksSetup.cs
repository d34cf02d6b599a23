namespace WebApp.Platform.Mail.Webhooks;

/// <summary>Wires webhooks.</summary>
public static class WebhooksSetup
{
    extension(WebApplicationBuilder builder)
    {
        /// <summary>Adds the receiver's options and what posts to it.</summary>
        public void AddWebhooks()
        {
            builder.Services.AddOptions<WebhookOptions>().BindConfiguration("Alerts:Webhook")
                .Validate(webhook => webhook.HasSafeUrl, "Alerts:Webhook:Url must be an https address without user information; http only to this machine.")
                .Validate(
                    webhook => !webhook.IsConfigured || webhook.Key().Length >= WebhookOptions.MinSecretBytes,
                    $"Alerts:Webhook:Secret must have at least {WebhookOptions.MinSecretBytes} bytes where Alerts:Webhook:Url is set.")
                .ValidateOnStart();
            builder.Services.AddSingleton<WebhookCarrier>();
        }
    }
}
