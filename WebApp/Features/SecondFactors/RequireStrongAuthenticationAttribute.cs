using WebApp.Features.Sessions;
using WebApp.Platform.Data;

namespace WebApp.Features.SecondFactors;

/// <summary>
/// Requires a recent authentication that was not by mailed code, if the account has a stronger method. Otherwise redirects to <c>/reauthenticate</c>, which
/// offers the sufficient methods.
/// </summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class RequireStrongAuthenticationAttribute : RequireRecentAuthenticationAttribute
{
    /// <inheritdoc/>
    protected override Task<bool> NeedsStrongFactorAsync(HttpContext context) => FactorStrength.IsNeededAsync(
        context.RequestServices.GetRequiredService<AppDbContext>(), context.User.UserId, context.RequestAborted);
}
