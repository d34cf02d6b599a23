namespace WebApp.Accounts.Importing;

/// <summary>An account to be made, found good as far as its line alone can tell.</summary>
internal sealed record ImportRow(
    long Line, Guid Id, string Email, string? PasswordHash, string? DisplayName, bool EmailConfirmed, IReadOnlyList<Guid> Roles, DateTimeOffset CreatedAt)
{
    /// <summary>The form of the address that is unique.</summary>
    public string NormalizedEmail { get; } = EmailAddress.Normalize(Email);
}
