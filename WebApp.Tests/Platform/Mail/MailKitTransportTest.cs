using Microsoft.Extensions.Options;
using WebApp.Platform.Mail;
using WebApp.Platform.Mail.Transports;
using WebApp.Platform.Startup;

namespace WebApp.Tests.Platform.Mail;

public sealed class MailKitTransportTest : TransportContract
{
    protected override IMailTransport Create(IOptions<EmailOptions> email, IOptions<AppOptions> app, TimeProvider time) => new MailKitTransport(email, app, time);
}
