using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using WebApp.Platform.Changes;
using WebApp.Platform.Mail.Development;
using WebApp.Platform.Mail.Transports;
using WebApp.Platform.Mail.Webhooks;
using WebApp.Platform.Workers;

namespace WebApp.Platform.Mail;

/// <summary>Registers mail: outbox, worker, transport.</summary>
public static class MailSetup
{
    extension(WebApplicationBuilder builder)
    {
        /// <summary>Adds the outbox. Needs a factory of AppDbContext, Data Protection and AppOptions.</summary>
        public void AddMail()
        {
            builder.AddEmailOptions();
            builder.Services.TryAddSingleton(TimeProvider.System);
            builder.Services.AddSingleton<OutboxCipher>();
            builder.Services.AddSingleton<Outbox>();
            builder.Services.AddSingleton<OutboxPruning>();
            builder.Services.AddHostedService<OutboxPruneWorker>();
            builder.Services.AddRowLimit("outbox_messages", "sent_at", 500_000, "sent_at IS NOT NULL");
            builder.Services.AddSingleton<OutboxErasure>();
            builder.Services.AddScoped<OutboxOversight>();
            builder.Services.AddSingleton<MailConnections>();
            builder.Services.AddSingleton<MailCarrier>();
            builder.Services.AddGauge("mail.waiting", "SELECT count(*) FROM outbox_messages WHERE sent_at IS NULL AND failed_at IS NULL");
            builder.Services.AddGauge("mail.failed", "SELECT count(*) FROM outbox_messages WHERE failed_at IS NOT NULL AND NOT expired");
            builder.AddWebhooks();
            builder.Services.AddOutboxWorker<MailCarrier>();
            builder.Services.AddOutboxWorker<WebhookCarrier>();
            builder.Services.AddScoped<DevMailbox>();
            builder.Services.AddSingleton<IMailTransport>(services => services.GetRequiredService<IOptions<EmailOptions>>().Value.Smtp.IsConfigured
                ? ActivatorUtilities.CreateInstance<MailKitTransport>(services)
                : new MailboxTransport());
        }

        private void AddEmailOptions() => builder.Services.AddOptions<EmailOptions>()
            .BindConfiguration("Email")
            .Validate<IHostEnvironment>(
                (email, environment) => email.Smtp.IsConfigured || environment.IsDevelopment(),
                "Email:Smtp:Host must name the mail server; only Development can do without.")
            .Validate(
                email => email.HasSender || (!email.Smtp.IsConfigured && string.IsNullOrEmpty(email.From)),
                "Email:From must be the address mail is sent from, such as accounts@example.org.")
            .Validate(
                email => email.Smtp.Port is null or (> 0 and <= ushort.MaxValue),
                "Email:Smtp:Port must lie between 1 and 65535.")
            .Validate(
                email => string.IsNullOrEmpty(email.Smtp.User) || email.Smtp.IsLocal || email.Smtp.EffectiveSecurity is not SmtpSecurity.None,
                "Email:Smtp:Security must not be None where Email:Smtp:User signs in: the password would cross the network in the clear.")
            .Validate(
                email => string.IsNullOrEmpty(email.Smtp.User) || !string.IsNullOrEmpty(email.Smtp.Password),
                "Email:Smtp:Password must be set where Email:Smtp:User is.")
            .Validate(
                email => email.Concurrency is > 0 and <= 64,
                "Email:Concurrency must lie between 1 and 64.")
            .Validate(
                email => email.GiveUpHours is > 0 and <= 720,
                "Email:GiveUpHours must lie between 1 and 720.")
            .Validate(
                email => email.KeepDays is > 0 and <= 3650,
                "Email:KeepDays must lie between 1 and 3650.")
            .ValidateOnStart();
    }

    extension(IServiceCollection services)
    {
        /// <summary>Adds the worker of a channel; the carrier is registered by its owner.</summary>
        public void AddOutboxWorker<TCarrier>()
            where TCarrier : IOutboxCarrier => services.AddSingleton<IHostedService>(all =>
            {
                var signal = new WakeSignal(all.GetRequiredService<TimeProvider>());
                all.GetRequiredService<ChangeFeed>().On(Topics.MailQueued, _ => signal.Wake());
                var carrier = all.GetRequiredService<TCarrier>();
                var backlog = ActivatorUtilities.CreateInstance<OutboxBacklog>(all, carrier);
                var delivery = ActivatorUtilities.CreateInstance<OutboxDelivery>(all, carrier);
                var places = new OutboxPlaces(all.GetRequiredService<IOptions<EmailOptions>>().Value.Concurrency);
                return ActivatorUtilities.CreateInstance<OutboxWorker>(all, backlog, delivery, places, signal);
            });
    }
}
