namespace WebApp.Mfa.Totp;

/// <summary>A user's authenticator app.</summary>
public sealed class TotpCredential
{
    /// <summary>Whose; one a user.</summary>
    public required Guid UserId { get; init; }

    /// <summary>The 160-bit secret, encrypted by Data Protection.</summary>
    public required byte[] Secret { get; set; }

    /// <summary>When it was offered (UTC).</summary>
    public required DateTimeOffset CreatedAt { get; set; }

    /// <summary>The session that asked for the offer. No other is shown it or can take it on: the secret may be somebody else's.</summary>
    public Guid? OfferedIn { get; init; }

    /// <summary>When a code proved that it was taken over (UTC); null before.</summary>
    public DateTimeOffset? ConfirmedAt { get; set; }

    /// <summary>The last time step whose code was used; neither it nor an earlier one works again (RFC 6238 5.2).</summary>
    public long? LastStep { get; set; }
}
