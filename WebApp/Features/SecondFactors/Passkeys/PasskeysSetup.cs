using Microsoft.AspNetCore.Identity;
using WebApp.Platform.Data;
using WebApp.Platform.Workers;

namespace WebApp.Features.SecondFactors.Passkeys;

/// <summary>Sets up passkeys, on Identity's WebAuthn.</summary>
public static class PasskeysSetup
{
    extension(WebApplicationBuilder builder)
    {
        /// <summary>Registers the services.</summary>
        public void AddPasskeys()
        {
            builder.Services.AddSingleton<RelyingParty>();
            builder.Services.AddOptions<IdentityPasskeyOptions>().Configure<RelyingParty>((passkeys, site) =>
            {
                passkeys.ServerDomain = site.Id;
                passkeys.ValidateOrigin = site.IsOwnAsync;
                passkeys.AuthenticatorTimeout = PasskeyChallenges.Lifetime;
                passkeys.ResidentKeyRequirement = "required"; // Otherwise it could not sign in without a user name.
                passkeys.UserVerificationRequirement = "required"; // So that it counts as two factors.
                passkeys.AttestationConveyancePreference = "none"; // Authenticators of any manufacturer are accepted.
            });
            builder.Services.AddScoped<IPasskeyHandler<User>, PasskeyHandler<User>>();
            builder.Services.AddScoped<PasskeyChallenges>();
            builder.Services.AddSingleton<PasskeyCookie>();
            builder.Services.AddScoped<PasskeyCeremonies>();
            builder.Services.AddScoped<PasskeyDirectory>();
            builder.Services.AddPruning("DELETE FROM passkey_challenges WHERE expires_at < $1");
            builder.Services.AddRowLimit("passkey_challenges", "expires_at", 100_000);
        }
    }
}
