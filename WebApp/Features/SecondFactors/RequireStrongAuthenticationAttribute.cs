using WebApp.Features.Sessions;
using WebApp.Platform.Data;

namespace WebApp.Features.SecondFactors;

/// <summary>
/// Lets a page through only after a recent authentication that was not by mailed code, where the account has anything better. Otherwise
/// <c>/reauthenticate</c> asks, and offers what suffices.
/// </summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class RequireStrongAuthenticationAttribute : RequireRecentAuthenticationAttribute
{
    /// <inheritdoc/>
    protected override Task<bool> NeedsStrongFactorAsync(HttpContext context) => FactorStrength.IsNeededAsync(
        context.RequestServices.GetRequiredService<AppDbContext>(), context.User.UserId, context.RequestAborted);
}
