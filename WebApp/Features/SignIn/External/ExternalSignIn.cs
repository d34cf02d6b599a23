using Microsoft.EntityFrameworkCore;
using WebApp.Features.Sessions;
using WebApp.Platform.Data;
using WebApp.Platform.Data.Encryption;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Mail;

namespace WebApp.Features.SignIn.External;

/// <summary>
/// Signs in the account that an external login belongs to. The provider's word replaces the password and nothing else: see <see cref="VouchedSignIn"/>.
/// </summary>
public sealed class ExternalSignIn(AppDbContext db, ExternalProviders providers, ExternalLinks links, VouchedSignIn vouched, TimeProvider clock)
{
    /// <summary>The value that sign-in by an outside provider adds to <c>amr</c>: federated. RFC 8176 has no value for it.</summary>
    public const string Amr = "fed";

    /// <summary>Signs in; null if the identity belongs to no account.</summary>
    public async Task<SignInResult?> SignInAsync(ExternalIdentity identity, RowKey? device, ClientInfo client, CancellationToken cancel)
    {
        if (await FindAsync(identity, cancel) is not { } user)
        {
            if (!await LinkByAddressAsync(identity, client, cancel) || await FindAsync(identity, cancel) is not { } linked)
            {
                return null;
            }

            user = linked;
        }

        var strong = identity.SecondFactorShown && providers.Find(identity.Provider) is { TrustSecondFactor: true };
        var result = await vouched.SignInAsync(
            user, Amr, device, client, cancel, restores: true, factorShown: strong, authenticatedAt: identity.AuthenticatedAt);
        if (result is not SignInResult.Refused)
        {
            await db.ExternalLogins.Where(l => l.Issuer == identity.Issuer && l.Subject == identity.Subject)
                .ExecuteUpdateAsync(set => set.SetProperty(l => l.LastUsedAt, clock.GetUtcNow()), cancel);
        }

        return result;
    }

    // The account is read with its link: a link that is removed meanwhile renews the stamp, and the session is not opened.
    private Task<User?> FindAsync(ExternalIdentity identity, CancellationToken cancel) =>
        db.ExternalLogins.Where(l => l.Issuer == identity.Issuer && l.Subject == identity.Subject)
            .Join(db.Users, l => l.UserId, u => u.Id, (_, user) => user).AsNoTracking().SingleOrDefaultAsync(cancel);

    // Only where both sides have verified the address. An account with a second factor is linked only after its owner has shown it.
    private async Task<bool> LinkByAddressAsync(ExternalIdentity identity, ClientInfo client, CancellationToken cancel)
    {
        if (providers.ConfirmedAddress(identity) is not { } address)
        {
            return false;
        }

        var normalized = EmailAddress.Normalize(address);
        var user = await db.Users.AsNoTracking().SingleOrDefaultAsync(u => u.NormalizedEmail == normalized, cancel);
        return user is { EmailConfirmed: true, TwoFactorEnabled: false }
            && SignInEligibility.Obstacle(user, clock.GetUtcNow(), restores: false) is null
            && await links.LinkByAddressAsync(user.Id, normalized, identity, client, cancel);
    }
}
