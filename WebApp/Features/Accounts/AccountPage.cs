namespace WebApp.Features.Accounts;

/// <summary>The home of the account settings.</summary>
/// <param name="Name">The display name, or the address.</param>
/// <param name="Email">The address.</param>
/// <param name="EmailConfirmed">Whether its owner has shown that they read it.</param>
/// <param name="CreatedAt">When the account was made (UTC).</param>
/// <param name="SessionCount">How many sessions live, this one included.</param>
public sealed record AccountPage(string Name, string Email, bool EmailConfirmed, DateTimeOffset CreatedAt, int SessionCount);
