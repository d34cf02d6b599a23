using System.Net.Mail;

namespace WebApp.Platform.Mail;

/// <summary>How mail is sent and how long it is remembered: section <c>Email</c>.</summary>
public sealed class EmailOptions
{
    /// <summary>The sender: <c>accounts@example.org</c>, or with a name, <c>Example &lt;accounts@example.org&gt;</c>.</summary>
    public string? From { get; set; }

    /// <summary>The server.</summary>
    public SmtpOptions Smtp { get; set; } = new();

    /// <summary>How many messages a node sends at once; each holds a connection to the mail server and one to the database.</summary>
    public int Concurrency { get; set; } = 8;

    /// <summary>How long an undeliverable mail is tried; hours.</summary>
    public int GiveUpHours { get; set; } = 72;

    /// <summary>How long the row of a finished mail is kept; days.</summary>
    public int KeepDays { get; set; } = 30;

    /// <summary>The sender, called <paramref name="name"/> where <see cref="From"/> gives no name.</summary>
    public MailAddress Sender(string name)
    {
        var from = new MailAddress(From!);
        return from.DisplayName.Length > 0 ? from : new(from.Address, name);
    }

    /// <summary>True when <see cref="From"/> is one address, with or without a name, on one line.</summary>
    public bool HasSender => From is not null && !From.Any(char.IsControl) && MailAddress.TryCreate(From, out var from) && Recipient.IsValid(from.Address);
}
