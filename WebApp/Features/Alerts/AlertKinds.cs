namespace WebApp.Features.Alerts;

/// <summary>What the rules of suspicion find. In configuration, names separated by commas.</summary>
[Flags]
public enum AlertKinds
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>A complete sign-in on a device the account has not been seen on.</summary>
    NewDevice = 1,

    /// <summary>One IP prefix failed to sign in to many accounts.</summary>
    ManyAccounts = 2,

    /// <summary>Many IP prefixes failed to sign in to one account.</summary>
    ManyAddresses = 4,

    /// <summary>A spent refresh token came back. Its user is always told.</summary>
    RefreshTokenReused = 8,

    /// <summary>A session was used by another kind of client than the one that signed in.</summary>
    ClientChanged = 16,

    /// <summary>A session was used from another IP prefix than before.</summary>
    AddressChanged = 32,

    /// <summary>The master password was used. Administrators are always told.</summary>
    MasterPasswordUsed = 64,

    /// <summary>So many wrong master passwords came that for a while none is looked at. Administrators are always told.</summary>
    MasterPasswordLocked = 128,

    /// <summary>Everything.</summary>
    All = NewDevice | ManyAccounts | ManyAddresses | RefreshTokenReused | ClientChanged | AddressChanged | MasterPasswordUsed | MasterPasswordLocked,
}
