namespace WebApp.Tests.Support;

/// <summary>An account that can sign in.</summary>
public sealed record TestUser(Guid Id, string Email, string Password);
