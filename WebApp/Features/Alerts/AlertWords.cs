using WebApp.Features.Audit;

namespace WebApp.Features.Alerts;

/// <summary>The words for each kind of alert.</summary>
public static class AlertWords
{
    extension(AlertKinds kind)
    {
        /// <summary>In the audit trail, in metrics and in webhooks.</summary>
        public string Word => kind switch
        {
            AlertKinds.NewDevice => SecurityEventKind.NewDevice,
            AlertKinds.ManyAccounts => SecurityEventKind.ManyAccountsTried,
            AlertKinds.ManyAddresses => SecurityEventKind.ManyAddressesTried,
            AlertKinds.RefreshTokenReused => SecurityEventKind.RefreshTokenReused,
            AlertKinds.ClientChanged => SecurityEventKind.ClientChanged,
            AlertKinds.AddressChanged => SecurityEventKind.AddressChanged,
            AlertKinds.MasterPasswordUsed => SecurityEventKind.MasterPasswordUsed,
            AlertKinds.MasterPasswordLocked => SecurityEventKind.MasterPasswordLocked,
            _ => throw new ArgumentOutOfRangeException(nameof(kind)),
        };
    }

    /// <summary>What happened, as administrators read it.</summary>
    /// <param name="alert">The alert.</param>
    /// <param name="email">Whose account; null where nobody's.</param>
    public static string Describe(Alert alert, string? email)
    {
        var account = email ?? "a name without an account";
        var place = alert.IpPrefix ?? "an unknown address";
        return alert.Kind switch
        {
            SecurityEventKind.NewDevice => $"{account} signed in on a new device, from {place}.",
            SecurityEventKind.ManyAccountsTried => $"{place} failed to sign in to {alert.Count} accounts or more.",
            SecurityEventKind.ManyAddressesTried => $"{alert.Count} addresses or more failed to sign in to {account}.",
            SecurityEventKind.RefreshTokenReused => $"A spent refresh token of {account} came back, from {place}. The session was ended.",
            SecurityEventKind.ClientChanged => $"A session of {account} was used by another client, from {place}.",
            SecurityEventKind.AddressChanged => $"A session of {account} was used from another address, {place}.",
            SecurityEventKind.MasterPasswordUsed => $"The master password was used, from {place}. If that was none of you, remove Admin:MasterPasswordHash and restart.",
            SecurityEventKind.MasterPasswordLocked => $"Somebody guesses at the master password; the last came from {place}. For a while none of strangers, or none from there, is looked at.",
            _ => $"{alert.Kind}: {account}, {place}.",
        };
    }
}
