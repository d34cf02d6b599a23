using WebApp.Hosting;

namespace WebApp.Accounts;

/// <summary>Makes accounts.</summary>
public sealed class Registration
{
    /// <summary>Makes an account and mails its confirmation; a taken address is answered alike and its owner told.</summary>
    public Task<RegistrationResult> RegisterAsync(string? email, string? password, string? displayName, ClientInfo client, CancellationToken cancel) => throw new NotImplementedException();
}
