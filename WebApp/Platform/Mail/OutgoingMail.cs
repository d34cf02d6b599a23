namespace WebApp.Platform.Mail;

/// <summary>One mail to one person, ready for a transport.</summary>
/// <param name="Id">The outbox message's id; the Message-ID is made of it, so a mail sent twice can be told for one.</param>
/// <param name="To">A valid <see cref="Recipient"/>; anything else throws <see cref="ArgumentException"/>.</param>
/// <param name="Content">What it says.</param>
public sealed record OutgoingMail(Guid Id, string To, MailContent Content)
{
    /// <summary>One bare address.</summary>
    public string To { get; } = Recipient.IsValid(To) ? To : throw new ArgumentException("Not an address that mail can be sent to.", nameof(To));

    /// <summary>Refuses to print: addresses and bodies are not for logs.</summary>
    public override string ToString() => $"OutgoingMail({Id})";
}
