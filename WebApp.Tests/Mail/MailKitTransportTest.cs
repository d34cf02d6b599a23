using Microsoft.Extensions.Options;
using WebApp.Hosting;
using WebApp.Mail;
using WebApp.Mail.Transports;

namespace WebApp.Tests.Mail;

/// <summary>Compiled by <c>-p:UseMailKit=true</c> only, as what it tests.</summary>
public sealed class MailKitTransportTest : TransportContract
{
    protected override IMailTransport Create(IOptions<EmailOptions> email, IOptions<AppOptions> app, TimeProvider time) => new MailKitTransport(email, app, time);
}
