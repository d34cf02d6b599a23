using System.Collections.Concurrent;
using WebApp.Platform.Mail;
using WebApp.Platform.Mail.Transports;

namespace WebApp.Tests.Platform.Mail;

/// <summary>A transport that does what the test says and remembers what it was given.</summary>
public sealed class ScriptedTransport : IMailTransport
{
    private readonly ConcurrentQueue<OutgoingMail> sent = new();

    public bool KeepsMail { get; init; }

    /// <summary>What each sending comes to; by default, accepted.</summary>
    public Func<OutgoingMail, CancellationToken, Task<DeliveryResult>> Send { get; set; } = (_, _) => Task.FromResult<DeliveryResult>(new DeliveryResult.Accepted());

    /// <summary>Every mail that was accepted.</summary>
    public IReadOnlyList<OutgoingMail> Accepted => [.. sent];

    public IMailConnection NewConnection() => new Connection(this);

    private sealed class Connection(ScriptedTransport transport) : IMailConnection
    {
        public bool IsOpen => false;

        public async Task<DeliveryResult> SendAsync(OutgoingMail mail, CancellationToken cancel)
        {
            var result = await transport.Send(mail, cancel);
            if (result is DeliveryResult.Accepted)
            {
                transport.sent.Enqueue(mail);
            }

            return result;
        }

        public void Dispose()
        {
        }
    }
}
