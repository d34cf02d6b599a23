using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace WebApp.Tests.Support;

/// <summary>A real SMTP server on loopback (RFC 5321, AUTH LOGIN and PLAIN, TLS by STARTTLS or from the first byte) that keeps what it takes, and misbehaves when told to.</summary>
public sealed class SmtpServer : IAsyncDisposable
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

    /// <summary>The next mail not yet waited for; fails after 10 s.</summary>
    public async Task<ReceivedMail> NextAsync()
    {
        Assert.That(await arrivals.WaitAsync(TimeSpan.FromSeconds(10)), Is.True, "no mail within 10 s");
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

    private sealed class Conversation : IDisposable
    {
        private readonly SmtpServer server;
        private Stream stream;
        private StreamReader reader = null!;
        private StreamWriter writer = null!;
        private string from = "";
        private List<string> to = [];

        public Conversation(SmtpServer server, Stream stream)
        {
            (this.server, this.stream) = (server, stream);
            Use(stream);
        }

        public void Dispose() => stream.Dispose();

        public async Task RunAsync(CancellationToken cancel)
        {
            if (server.IsImplicitTls)
            {
                await SecureAsync(cancel);
            }

            await writer.WriteLineAsync("220 test ESMTP");
            while (await reader.ReadLineAsync(cancel) is { } line)
            {
                var verb = line.Split(' ', ':')[0].ToUpperInvariant();
                if (verb == server.HangUpAt)
                {
                    return;
                }

                await AnswerAsync(verb, line, cancel);
                if (verb == "QUIT" || server.Answers.GetValueOrDefault(verb)?.StartsWith("421", StringComparison.Ordinal) == true)
                {
                    return; // RFC 5321 3.8: 421 closes the channel.
                }

                if (verb == "STARTTLS" && server.Certificate is not null)
                {
                    await SecureAsync(cancel);
                }
            }
        }

        // Latin-1 keeps every byte as it came.
        private void Use(Stream next)
        {
            stream = next;
            reader = new(next, Encoding.Latin1);
            writer = new(next, Encoding.Latin1) { AutoFlush = true, NewLine = "\r\n" };
        }

        private async Task SecureAsync(CancellationToken cancel)
        {
            var secure = new SslStream(stream);
            await secure.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = server.Certificate }, cancel);
            Use(secure);
        }

        private async Task AnswerAsync(string verb, string line, CancellationToken cancel)
        {
            if (await SayInsteadAsync(verb, verb == "RCPT" ? Path(line) : to.FirstOrDefault(""), cancel) is { } told)
            {
                await writer.WriteLineAsync(told);
                return;
            }

            switch (verb)
            {
                case "EHLO":
                    var startTls = server.Certificate is not null && stream is not SslStream ? "250-STARTTLS\r\n" : "";
                    await writer.WriteLineAsync($"250-test\r\n{startTls}250-8BITMIME\r\n250-SMTPUTF8\r\n250 AUTH LOGIN PLAIN");
                    break;
                case "STARTTLS":
                    await writer.WriteLineAsync(server.Certificate is null ? "502 not here" : "220 go on");
                    break;
                case "AUTH":
                    await SignInAsync(line, cancel);
                    break;
                case "MAIL":
                    (from, to) = (Path(line), []);
                    await writer.WriteLineAsync("250 ok");
                    break;
                case "RCPT":
                    to.Add(Path(line));
                    await writer.WriteLineAsync("250 ok");
                    break;
                case "DATA":
                    await writer.WriteLineAsync("354 go on");
                    await TakeAsync(cancel);
                    break;
                case "QUIT":
                    await writer.WriteLineAsync("221 bye");
                    break;
                default:
                    await writer.WriteLineAsync("250 ok");
                    break;
            }
        }

        private async Task<string?> SayInsteadAsync(string verb, string recipient, CancellationToken cancel) =>
            server.Before is { } before && await before(verb, recipient, cancel) is { } said ? said : server.Answers.GetValueOrDefault(verb);

        private async Task TakeAsync(CancellationToken cancel)
        {
            var data = new StringBuilder();
            while (await reader.ReadLineAsync(cancel) is { } line)
            {
                if (line == ".")
                {
                    if (server.BeforeTaking is { } wait)
                    {
                        await wait(cancel);
                    }

                    if (await SayInsteadAsync(".", to[0], cancel) is { } told)
                    {
                        await writer.WriteLineAsync(told);
                        return;
                    }

                    server.WasSecure = stream is SslStream;
                    var mail = new ReceivedMail(from, to, data.ToString());
                    if (server.Taken is { } taken)
                    {
                        taken(mail);
                    }
                    else
                    {
                        server.received.Enqueue(mail);
                    }

                    await writer.WriteLineAsync("250 taken");
                    server.arrivals.Release();
                    return;
                }

                // RFC 5321 4.5.2: a line that begins with a dot came with one more.
                data.Append(line.StartsWith('.') ? line[1..] : line).Append("\r\n");
            }
        }

        private async Task SignInAsync(string line, CancellationToken cancel)
        {
            var words = line.ToUpperInvariant().Split(' ')[..2].Concat(line.Split(' ')[2..]).ToArray();
            var first = words.Length > 2 ? Decode(words[2]) : await AskAsync(words[1] == "LOGIN" ? "VXNlcm5hbWU6" : "", cancel);
            server.SignedInAs = words[1] == "LOGIN" ? $"{first}:{await AskAsync("UGFzc3dvcmQ6", cancel)}" : first.TrimStart('\0').Replace('\0', ':');
            await writer.WriteLineAsync("235 welcome");
        }

        private async Task<string> AskAsync(string challenge, CancellationToken cancel)
        {
            await writer.WriteLineAsync($"334 {challenge}");
            return Decode(await reader.ReadLineAsync(cancel) ?? "");
        }

        private static string Decode(string base64) => Encoding.UTF8.GetString(Convert.FromBase64String(base64));

        // Of "MAIL FROM:<a@b> BODY=8BITMIME", what stands between the brackets; UTF-8 there is SMTPUTF8's.
        private static string Path(string line) =>
            Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(line[(line.IndexOf('<') + 1)..line.LastIndexOf('>')]));
    }
}
