using System.Net.Mail;

namespace WebApp.Platform.Mail;

/// <summary>How mail is sent and how long its rows are kept: section <c>Email</c>.</summary>
public sealed class EmailOptions
{
    /// <summary>The sender: <c>accounts@example.org</c>, or with a name, <c>Example &lt;accounts@example.org&gt;</c>.</summary>
    public string? From { get; set; }

    /// <summary>The server.</summary>
    public SmtpOptions Smtp { get; set; } = new();

    /// <summary>How many messages a node sends at once; each uses a connection to the mail server and one to the database.</summary>
    public int Concurrency { get; set; } = 8;

    /// <summary>How long an undeliverable mail is retried; hours.</summary>
    public int GiveUpHours { get; set; } = 72;

    /// <summary>How long the row of a finished mail is kept; days.</summary>
    public int KeepDays { get; set; } = 30;

    /// <summary>The sender, with <paramref name="name"/> if <see cref="From"/> has no name.</summary>
    public MailAddress Sender(string name)
    {
        var from = new MailAddress(From!);
        return from.DisplayName.Length > 0 ? from : new(from.Address, name);
    }

    /// <summary>True if <see cref="From"/> is one address, with or without a name, on one line.</summary>
    public bool HasSender => From is not null && !From.Any(char.IsControl) && MailAddress.TryCreate(From, out var from) && Recipient.IsValid(from.Address);
}

/// <summary>The mail server: section <c>Email:Smtp</c>.</summary>
public sealed class SmtpOptions
{
    /// <summary>The server's name or address; if it is empty in Development, mail goes to the mailbox page.</summary>
    public string? Host { get; set; }

    /// <summary>The server's port; the default depends on <see cref="Security"/> (RFC 8314): 25, 587 or 465.</summary>
    public int? Port { get; set; }

    /// <summary>The user name for the server; empty means no authentication.</summary>
    public string? User { get; set; }

    /// <summary>The password of <see cref="User"/>.</summary>
    public string? Password { get; set; }

    /// <summary>How the connection is protected; by default STARTTLS, and no protection to a server on this machine.</summary>
    public SmtpSecurity? Security { get; set; }

    /// <summary>Whether a server is configured.</summary>
    public bool IsConfigured => !string.IsNullOrWhiteSpace(Host);

    /// <summary>Whether the server is this machine.</summary>
    public bool IsLocal => Uri.TryCreate($"smtp://{Host}", UriKind.Absolute, out var uri) && uri.IsLoopback;

    /// <summary><see cref="Security"/> with its default.</summary>
    public SmtpSecurity EffectiveSecurity => Security ?? (IsLocal ? SmtpSecurity.None : SmtpSecurity.StartTls);

    /// <summary><see cref="Port"/> with its default.</summary>
    public int EffectivePort => Port ?? EffectiveSecurity switch
    {
        SmtpSecurity.None => 25,
        SmtpSecurity.StartTls => 587,
        _ => 465,
    };
}

/// <summary>How the connection to the mail server is protected.</summary>
public enum SmtpSecurity
{
    /// <summary>Unencrypted. For a server on the same machine or a private network.</summary>
    None,

    /// <summary>TLS from the STARTTLS command on; without it no mail is sent to the server.</summary>
    StartTls,

    /// <summary>TLS from the first byte (RFC 8314). Needs a build with MailKit.</summary>
    Tls,
}
