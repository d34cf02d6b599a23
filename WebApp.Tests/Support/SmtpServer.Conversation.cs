using System.Net.Security;
using System.Text;

namespace WebApp.Tests.Support;

public sealed partial class SmtpServer
{
    /// <summary>What is said on one connection.</summary>
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
