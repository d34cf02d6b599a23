namespace WebApp.Verification;

/// <summary>What a one-time secret may be used for. A secret of one purpose is nothing to another.</summary>
public static class SecretPurpose
{
    /// <summary>Proves that the address of a new account is read by its owner.</summary>
    public const string ConfirmEmail = "confirm-email";

    /// <summary>Lets a forgotten password be replaced.</summary>
    public const string ResetPassword = "reset-password";
}
