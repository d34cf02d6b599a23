namespace WebApp.Platform.Mail.Transports;

/// <summary>The transport of Development: mail is not sent and stays readable at <c>/dev/mailbox</c>.</summary>
public sealed class MailboxTransport : IMailTransport
{
    /// <inheritdoc/>
    public bool KeepsMail => true;

    /// <inheritdoc/>
    public IMailConnection NewConnection() => new Connection();

    private sealed class Connection : IMailConnection
    {
        public bool IsOpen => false;

        public Task<DeliveryResult> SendAsync(OutgoingMail mail, CancellationToken cancel) => Task.FromResult<DeliveryResult>(new DeliveryResult.Accepted());

        public void Dispose()
        {
        }
    }
}
