using WebApp.Hosting;

namespace WebApp.SignIn;

/// <summary>The one pipeline: every password, from form or API, is judged here.</summary>
public sealed class PasswordSignIn
{
    /// <summary>Judges a name and password. Costs one password hash whether or not the account exists.</summary>
    public Task<SignInResult> SignInAsync(string? email, string? password, ClientInfo client, CancellationToken cancel) => throw new NotImplementedException();
}
