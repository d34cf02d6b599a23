namespace WebApp.Tests.Support;

/// <summary>An account that can sign in.</summary>
public sealed record TestUser(Guid Id, string Email, string Password)
{
    /// <summary>A good password that nobody else has. It has digits where addresses have letters and digits: no part of an address may be in a password.</summary>
    public static string NewPassword(string phrase = "Copper lantern") => $"{phrase} {Random.Shared.NextInt64():D19}!";
}
