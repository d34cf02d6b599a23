using WebApp.Platform.Mail;

namespace WebApp.Features.Alerts;

/// <summary>When something is suspicious and who is told: section <c>Alerts</c>.</summary>
public sealed class AlertOptions
{
    /// <summary>Accounts, known or not, that one IP prefix may fail on in a window before it is an attack.</summary>
    public int AccountsPerAddress { get; set; } = 20;

    /// <summary>IP prefixes that may fail on one account in a window before it is an attack.</summary>
    public int AddressesPerAccount { get; set; } = 20;

    /// <summary>How long failures count together, and how long one attack is one alert; minutes.</summary>
    public int WindowMinutes { get; set; } = 15;

    /// <summary>How long after a mail to administrators the next one waits, gathering alerts; minutes.</summary>
    public int DigestMinutes { get; set; } = 5;

    /// <summary>What the account's owner is told by mail.</summary>
    public AlertKinds ToUser { get; set; } = AlertKinds.NewDevice | AlertKinds.ManyAddresses | AlertKinds.RefreshTokenReused | AlertKinds.ClientChanged;

    /// <summary>What administrators are told by mail.</summary>
    public AlertKinds ToAdministrators { get; set; } =
        AlertKinds.ManyAccounts | AlertKinds.ManyAddresses | AlertKinds.RefreshTokenReused | AlertKinds.ClientChanged;

    /// <summary>What goes to the webhook.</summary>
    public AlertKinds ToWebhook { get; set; } = AlertKinds.All;

    /// <summary>Where administrators read their mail, from <c>Admin:AlertEmails</c>; none: at the addresses of all users with the role <c>admin</c>.</summary>
    public IReadOnlyList<string> AdministratorAddresses { get; internal set; } = [];

    /// <summary><see cref="WindowMinutes"/>.</summary>
    public TimeSpan Window => TimeSpan.FromMinutes(WindowMinutes);

    /// <summary><see cref="DigestMinutes"/>.</summary>
    public TimeSpan DigestInterval => TimeSpan.FromMinutes(DigestMinutes);

    /// <summary>Reads the addresses, written as one text with commas or as a list.</summary>
    internal void ReadAddresses(IConfigurationSection section) => AdministratorAddresses =
        [.. section.GetChildren().Select(child => child.Value).Prepend(section.Value).SelectMany(text => (text ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)).Distinct(StringComparer.OrdinalIgnoreCase)];

    /// <summary>Whether every address can be written to.</summary>
    internal bool HasValidAddresses => AdministratorAddresses.All(Recipient.IsValid);
}

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
