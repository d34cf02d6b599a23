namespace WebApp.Platform.Mail;

/// <summary>The mail server: section <c>Email:Smtp</c>.</summary>
public sealed class SmtpOptions
{
    /// <summary>Its name or address; empty in Development means the mailbox page.</summary>
    public string? Host { get; set; }

    /// <summary>Its port; by default the one the protection is known by (RFC 8314): 25, 587 or 465.</summary>
    public int? Port { get; set; }

    /// <summary>Whom to sign in as; empty means not to.</summary>
    public string? User { get; set; }

    /// <summary>The password of <see cref="User"/>.</summary>
    public string? Password { get; set; }

    /// <summary>How the way there is protected; by default STARTTLS, and nothing to a server on this machine.</summary>
    public SmtpSecurity? Security { get; set; }

    /// <summary>Whether a server is named at all.</summary>
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
