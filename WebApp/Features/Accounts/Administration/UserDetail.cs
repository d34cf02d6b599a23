using WebApp.Features.SecondFactors;
using WebApp.Features.Sessions;
using WebApp.Features.Tokens;
using WebApp.Platform.Users;

namespace WebApp.Features.Accounts.Administration;

/// <summary>All that whoever looks after accounts sees of one. No secret, nor the hash of one.</summary>
/// <param name="User">Who it is.</param>
/// <param name="Sessions">Where they are signed in, the last used first; a page of it.</param>
/// <param name="Factors">Which second factors they have.</param>
/// <param name="Passkeys">How many passkeys.</param>
/// <param name="HasPassword">Whether there is a password.</param>
/// <param name="Groups">The groups they are in, by name.</param>
/// <param name="ApiTokens">The API tokens that work.</param>
/// <param name="Events">The newest events.</param>
public sealed record UserDetail(
    UserSummary User,
    SessionList Sessions,
    FactorOverview Factors,
    int Passkeys,
    bool HasPassword,
    IReadOnlyList<GroupMembership> Groups,
    IReadOnlyList<ApiToken> ApiTokens,
    IReadOnlyList<UserEvent> Events);
