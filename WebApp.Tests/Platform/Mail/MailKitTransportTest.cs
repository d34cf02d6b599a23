using Microsoft.Extensions.Options;
using WebApp.Hosting;
using WebApp.Mail;
using WebApp.Mail.Transports;

namespace WebApp.Tests.Mail;

public sealed class MailKitTransportTest : TransportContract
{
    protected override IMailTransport Create(IOptions<EmailOptions> email, IOptions<AppOptions> app, TimeProvider time) => new MailKitTransport(email, app, time);
}
