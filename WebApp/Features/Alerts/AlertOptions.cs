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
