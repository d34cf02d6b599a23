using WebApp.Features.Tokens;

namespace WebApp.Features.Accounts;

/// <summary>What <c>/account/api-tokens</c> shows. Refuses to print.</summary>
/// <param name="Form">The form for a new one.</param>
/// <param name="Tokens">Those that still work.</param>
/// <param name="Scopes">What one may be allowed, with words.</param>
/// <param name="Made">The text of the one just made.</param>
public sealed record ApiTokensPage(ApiTokenForm Form, IReadOnlyList<ApiToken> Tokens, IReadOnlyList<(string Name, string Allows)> Scopes, string? Made)
{
    /// <inheritdoc/>
    public override string ToString() => "ApiTokensPage(…)";
}
