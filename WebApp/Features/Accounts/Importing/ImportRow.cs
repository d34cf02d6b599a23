namespace WebApp.Features.Accounts.Importing;

/// <summary>An account to be made, found good as far as its line alone can tell.</summary>
/// <param name="Line">Where it stands.</param>
/// <param name="Id">Its id.</param>
/// <param name="Email">Its address.</param>
/// <param name="NormalizedEmail">The form of the address that is unique.</param>
/// <param name="PasswordHash">A hash of a known form; null where there is no password.</param>
/// <param name="DisplayName">What to be called.</param>
/// <param name="EmailConfirmed">Whether the address is known to be its owner's.</param>
/// <param name="Roles">Ids of its roles, <c>user</c> among them.</param>
/// <param name="CreatedAt">When it was made (UTC).</param>
internal sealed record ImportRow(
    long Line, Guid Id, string Email, string NormalizedEmail, string? PasswordHash, string? DisplayName, bool EmailConfirmed, IReadOnlyList<Guid> Roles, DateTimeOffset CreatedAt)
{
    /// <summary>What tells a row that was taken in from one that was not: an id or an address alone may be on two lines.</summary>
    public (Guid Id, string NormalizedEmail) Key => (Id, NormalizedEmail);
}
