using WebApp.Platform.Mail;

namespace WebApp.Features.Alerts;

/// <summary>What counts as suspicious and who is notified: section <c>Alerts</c>.</summary>
public sealed class AlertOptions
{
    /// <summary>How many accounts, known or not, one IP prefix may fail to sign in to in a window before an alert is raised.</summary>
    public int AccountsPerAddress { get; set; } = 20;

    /// <summary>How many IP prefixes may fail to sign in to one account in a window before an alert is raised.</summary>
    public int AddressesPerAccount { get; set; } = 20;

    /// <summary>How long failures are counted together, and how long one attack raises one alert; minutes.</summary>
    public int WindowMinutes { get; set; } = 15;

    /// <summary>How long after a mail to administrators the next one waits and collects alerts; minutes.</summary>
    public int DigestMinutes { get; set; } = 5;

    /// <summary>The alerts that are mailed to the account's owner.</summary>
    public AlertKinds ToUser { get; set; } = AlertKinds.NewDevice | AlertKinds.ManyAddresses | AlertKinds.RefreshTokenReused | AlertKinds.ClientChanged;

    /// <summary>The alerts that are mailed to administrators.</summary>
    public AlertKinds ToAdministrators { get; set; } =
        AlertKinds.ManyAccounts | AlertKinds.ManyAddresses | AlertKinds.RefreshTokenReused | AlertKinds.ClientChanged;

    /// <summary>The alerts that are sent to the webhook.</summary>
    public AlertKinds ToWebhook { get; set; } = AlertKinds.All;

    /// <summary>The addresses for administrators' alerts, from <c>Admin:AlertEmails</c>. If empty: the addresses of all users with the role <c>admin</c>.</summary>
    public IReadOnlyList<string> AdministratorAddresses { get; internal set; } = [];

    /// <summary><see cref="WindowMinutes"/>.</summary>
    public TimeSpan Window => TimeSpan.FromMinutes(WindowMinutes);

    /// <summary><see cref="DigestMinutes"/>.</summary>
    public TimeSpan DigestInterval => TimeSpan.FromMinutes(DigestMinutes);

    /// <summary>Reads the addresses, given as one text with commas or as a list.</summary>
    internal void ReadAddresses(IConfigurationSection section) => AdministratorAddresses =
        [.. section.GetChildren().Select(child => child.Value).Prepend(section.Value).SelectMany(text => (text ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)).Distinct(StringComparer.OrdinalIgnoreCase)];

    /// <summary>Whether every address is a valid mail address.</summary>
    internal bool HasValidAddresses => AdministratorAddresses.All(Recipient.IsValid);
}

/// <summary>The kinds of suspicious activity. In configuration, names separated by commas.</summary>
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

    /// <summary>A refresh token was used again. Its user is always notified.</summary>
    RefreshTokenReused = 8,

    /// <summary>A session was used by another kind of client than the one that signed in.</summary>
    ClientChanged = 16,

    /// <summary>A session was used from another IP prefix than before.</summary>
    AddressChanged = 32,

    /// <summary>The master password was used. Administrators are always notified.</summary>
    MasterPasswordUsed = 64,

    /// <summary>Too many wrong master passwords were given, so that for a while none is checked. Administrators are always notified.</summary>
    MasterPasswordLocked = 128,

    /// <summary>Everything.</summary>
    All = NewDevice | ManyAccounts | ManyAddresses | RefreshTokenReused | ClientChanged | AddressChanged | MasterPasswordUsed | MasterPasswordLocked,
}
