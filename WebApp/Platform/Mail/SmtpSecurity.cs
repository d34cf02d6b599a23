namespace WebApp.Platform.Mail;

/// <summary>How the way to the mail server is protected.</summary>
public enum SmtpSecurity
{
    /// <summary>Not at all. For a server on the same machine or a private network.</summary>
    None,

    /// <summary>TLS from the STARTTLS command on; a server that does not offer it gets no mail.</summary>
    StartTls,

    /// <summary>TLS from the first byte (RFC 8314). Needs a build with MailKit.</summary>
    Tls,
}
