namespace WebApp.Mfa;

/// <summary>The words for second factors, in forms and in the API, and what each adds to <c>amr</c> (RFC 8176).</summary>
public static class FactorMethod
{
    /// <summary>A code from an authenticator app.</summary>
    public const string Totp = "totp";

    /// <summary>A mailed code.</summary>
    public const string Email = "email";

    /// <summary>A recovery code.</summary>
    public const string RecoveryCode = "recovery_code";

    /// <summary>A passkey; pages only.</summary>
    public const string Passkey = "passkey";

    /// <summary>The <c>amr</c> value of a method.</summary>
    public static string Amr(string method) => method switch
    {
        Passkey => "hwk",
        _ => "otp",
    };
}
