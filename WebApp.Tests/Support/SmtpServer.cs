using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace WebApp.Tests.Support;

/// <summary>A real SMTP server on loopback (RFC 5321, AUTH LOGIN and PLAIN, TLS by STARTTLS or from the first byte) that keeps what it takes, and misbehaves when told to.</summary>
public sealed partial class SmtpServer : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource closing = new();
    private readonly ConcurrentQueue<ReceivedMail> received = new();
    private readonly SemaphoreSlim arrivals = new(0);
    private readonly Task accepting;
    private CancellationTokenSource cutting = new();
    private int connections;
    private int openConnections;

    public SmtpServer()
    {
        listener.Start();
        Port = ((IPEndPoint)listener.LocalEndpoint).Port;
        accepting = AcceptAsync();
    }

    public int Port { get; }

    /// <summary>Everything taken so far, in order.</summary>
    public IReadOnlyList<ReceivedMail> Received => [.. received];

    /// <summary>What is said instead of the usual answer, by verb (<c>RCPT</c>, <c>MAIL</c>, <c>DATA</c>; <c>.</c> is the end of a mail).</summary>
    public ConcurrentDictionary<string, string> Answers { get; } = new();

    /// <summary>The verb at which the connection is cut without an answer.</summary>
    public string? HangUpAt { get; set; }

    /// <summary>
    /// Called before each verb is answered, with the mail's recipient once that is known: what it returns is said instead of the usual answer.
    /// It hangs or tarpits by waiting (<see cref="HangAsync"/>), and greylists by answering 450.
    /// </summary>
    public Func<string, string, CancellationToken, Task<string?>>? Before { get; set; }

    /// <summary>Called with each mail that was taken. Where it is set, mail is not kept in <see cref="Received"/>.</summary>
    public Action<ReceivedMail>? Taken { get; set; }

    /// <summary>What it speaks TLS with; null where it does not.</summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>Whether it speaks TLS from the first byte, and does not only offer STARTTLS.</summary>
    public bool IsImplicitTls { get; init; }

    /// <summary>Whether the last mail came over TLS.</summary>
    public bool WasSecure { get; private set; }

    /// <summary>How many connections were made.</summary>
    public int Connections => connections;

    /// <summary>How many connections are open.</summary>
    public int OpenConnections => openConnections;

    /// <summary>Called before a mail's end is answered: holds it on the wire.</summary>
    public Func<CancellationToken, Task>? BeforeTaking { get; set; }

    /// <summary>The user:password of the last sign-in.</summary>
    public string? SignedInAs { get; private set; }

    /// <summary>The next mail not yet waited for; fails after three minutes.</summary>
    public async Task<ReceivedMail> NextAsync()
    {
        Assert.That(await arrivals.WaitAsync(TimeSpan.FromMinutes(3)), Is.True, "no mail within three minutes");
        return received.Last();
    }

    /// <summary>Says nothing until the client leaves or the test is over.</summary>
    public static async Task<string?> HangAsync(CancellationToken cancel)
    {
        await Task.Delay(Timeout.Infinite, cancel);
        return null;
    }

    /// <summary>Closes every connection there is, as a server does with those that were silent for too long.</summary>
    public async Task CutAsync()
    {
        using var old = cutting;
        cutting = new();
        await old.CancelAsync();
        await Patience.UntilAsync(() => Task.FromResult(OpenConnections == 0));
    }

    public async ValueTask DisposeAsync()
    {
        await closing.CancelAsync();
        listener.Stop();
        await accepting;
        arrivals.Dispose();
        cutting.Dispose();
    }

    private async Task AcceptAsync()
    {
        List<Task> conversations = [];
        try
        {
            while (true)
            {
                conversations.Add(ConverseAsync(await listener.AcceptTcpClientAsync(closing.Token)));
            }
        }
        catch (Exception stopped) when (stopped is OperationCanceledException or SocketException or ObjectDisposedException or InvalidOperationException)
        {
            await Task.WhenAll(conversations);
        }
    }

    private async Task ConverseAsync(TcpClient client)
    {
        using var connection = client;
        Interlocked.Increment(ref connections);
        Interlocked.Increment(ref openConnections);
        using var cut = CancellationTokenSource.CreateLinkedTokenSource(closing.Token, cutting.Token);
        try
        {
            using var conversation = new Conversation(this, client.GetStream());
            await conversation.RunAsync(cut.Token);
        }
        catch (Exception gone) when (gone is OperationCanceledException or IOException or AuthenticationException)
        {
            // The client left, or the test is over.
        }
        finally
        {
            Interlocked.Decrement(ref openConnections);
        }
    }
}
