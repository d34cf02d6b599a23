using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Options;
using WebApp.Platform.Mail;
using WebApp.Platform.Text;

namespace WebApp.Operations.Doctor;

/// <summary>Checks that the mail server answers EHLO. It sends no mail.</summary>
public sealed class MailDiagnosis(IOptions<EmailOptions> email)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    /// <summary>The finding.</summary>
    public async Task<Finding> LookAsync(CancellationToken cancel)
    {
        var smtp = email.Value.Smtp;
        if (!smtp.IsConfigured)
        {
            return new("mail_to_mailbox", Severity.Note, "No mail server is named: mail appears at /dev/mailbox.");
        }

        var place = $"{smtp.Host}:{smtp.EffectivePort}";
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(Timeout);
        try
        {
            using var tcp = new TcpClient();
            await tcp.ConnectAsync(smtp.Host!, smtp.EffectivePort, limit.Token);
            return smtp.EffectiveSecurity == SmtpSecurity.Tls
                ? Finding.Good("mail", $"{place} takes connections; what it says within TLS was not looked at.")
                : await GreetAsync(tcp.GetStream(), place, smtp.EffectiveSecurity, limit.Token);
        }
        catch (Exception failure) when (failure is SocketException or IOException or OperationCanceledException && !cancel.IsCancellationRequested)
        {
            var reason = failure is OperationCanceledException ? $"no answer within {Timeout.TotalSeconds} s" : failure.Message;
            return new("mail_unreachable", Severity.Fault, $"The mail server {place} cannot be reached: {reason}. Mail waits for it.", "Email__Smtp__Host=<your mail server>, Email__Smtp__Port=587");
        }
    }

    private static async Task<Finding> GreetAsync(NetworkStream stream, string place, SmtpSecurity security, CancellationToken cancel)
    {
        using var reader = new StreamReader(stream, Encoding.ASCII);
        var greeting = await ReadAsync(reader, cancel);
        if (greeting is not ['2', '2', '0', ..])
        {
            return new("mail_refuses", Severity.Fault, $"{place} greets with “{OneLine.Clean(greeting, 100)}”.", "Email__Smtp__Host=<your mail server>, Email__Smtp__Port=587");
        }

        await stream.WriteAsync("EHLO localhost\r\n"u8.ToArray(), cancel);
        var offers = await ReadAsync(reader, cancel);
        await stream.WriteAsync("QUIT\r\n"u8.ToArray(), cancel);
        return security == SmtpSecurity.StartTls && !offers.Contains("STARTTLS", StringComparison.OrdinalIgnoreCase)
            ? new("mail_without_tls", Severity.Fault, $"{place} does not offer STARTTLS, so nothing is sent to it.", "Email__Smtp__Security=Tls, Email__Smtp__Port=465")
            : Finding.Good("mail", $"The mail server {place} answers.");
    }

    // Reads all lines of a reply; the last has a blank after its number (RFC 5321 4.2.1).
    private static async Task<string> ReadAsync(StreamReader reader, CancellationToken cancel)
    {
        const int mostLines = 100;
        var text = new StringBuilder();
        for (var i = 0; i < mostLines && await reader.ReadLineAsync(cancel) is { } line; i++)
        {
            text.AppendLine(line);
            if (line is not [_, _, _, '-', ..])
            {
                break;
            }
        }

        return text.ToString();
    }
}
