using Microsoft.EntityFrameworkCore;
using WebApp.Features.SecondFactors;
using WebApp.Features.Sessions;
using WebApp.Platform.Data;

namespace WebApp.Features.SignIn.External;

/// <summary>
/// Step-up by an outside provider, for users who have neither password nor second factor here. The provider must say that they authenticated after they were sent
/// there: its own cookie is not sufficient.
/// </summary>
public sealed class ExternalStepUp(AppDbContext db, ExternalProviders providers, StepUp stepUp, TimeProvider clock)
{
    // Clocks differ, and auth_time is in whole seconds.
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(30);

    /// <summary>The providers that the user can authenticate with; empty if they have a password or a second factor.</summary>
    public async Task<IReadOnlyList<ExternalProvider>> OfferAsync(Guid userId, CancellationToken cancel)
    {
        if (!providers.Any || await db.Users.AnyAsync(u => u.Id == userId && u.PasswordHash != null, cancel) || (await stepUp.MethodsAsync(userId, cancel)).Count > 0)
        {
            return [];
        }

        var linked = await db.ExternalLogins.Where(l => l.UserId == userId).Select(l => l.Provider).ToListAsync(cancel);
        return [.. providers.All.Where(provider => linked.Contains(provider.Name))];
    }

    /// <summary>Whether an answer shows that this user has authenticated again.</summary>
    public async Task<bool> ShowsAsync(Guid userId, ExternalIdentity identity, ExternalErrand errand, CancellationToken cancel) =>
        identity.AuthenticatedAt is { } at && at >= errand.StartedAt - Tolerance && !RecentAuthentication.IsTooOld(at, clock.GetUtcNow())
        && (await OfferAsync(userId, cancel)).Any(provider => provider.Name == identity.Provider)
        && await db.ExternalLogins.AnyAsync(l => l.UserId == userId && l.Issuer == identity.Issuer && l.Subject == identity.Subject, cancel);

    /// <summary>The value of <see cref="FactorMethod"/> for it.</summary>
    public const string Method = FactorMethod.External;
}
