namespace WebApp.Features.Verification;

/// <summary>What a one-time secret may be used for. A secret of one purpose is nothing to another.</summary>
public static class SecretPurpose
{
    /// <summary>
    /// Proves that the address of a new account is read by its owner. The word stands in events; secrets of it were made by earlier versions alone, and
    /// confirm nothing any more.
    /// </summary>
    public const string ConfirmEmail = "confirm-email";

    /// <summary>Lets a forgotten password be replaced.</summary>
    public const string ResetPassword = "reset-password";

    /// <summary>A second-factor code, bound to a pending sign-in or a session.</summary>
    public const string SecondFactor = "second-factor";

    /// <summary>Proves that a new address is read by the account's owner.</summary>
    public const string ChangeEmail = "change-email";

    /// <summary>Takes the old address back, from the old mailbox.</summary>
    public const string UndoEmailChange = "undo-email-change";

    /// <summary>“This wasn't me.”</summary>
    public const string NotMe = "not-me";
}
