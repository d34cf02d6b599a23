using WebApp.Features.Passwords;
using WebApp.Features.Tokens;

namespace WebApp.Features.SignIn.MasterPassword;

/// <summary>Sets up the master password.</summary>
public static class MasterPasswordSetup
{
    extension(WebApplicationBuilder builder)
    {
        /// <summary>Registers the services. It is off unless its hash is set.</summary>
        public void AddMasterPassword()
        {
            builder.Services.AddOptions<MasterPasswordOptions>().BindConfiguration("Admin")
                .Validate(
                    o => string.IsNullOrEmpty(o.MasterPasswordHash) || (StoredHash.TryParse(o.MasterPasswordHash, out var hash) && hash.Format == HashFormat.BcryptSha256V2),
                    "Admin:MasterPasswordHash must be a hash as passwords are stored, beginning with $bcrypt-sha256$v=2 (make one with: WebApp hash-password).")
                .Validate(o => o.Networks.All(network => network is not null), "Admin:TrustedNetworks must be addresses and networks such as 203.0.113.0/24, separated by commas.")
                .ValidateOnStart();
            builder.Services.AddScoped<MasterPasswordSignIn>();
        }
    }
}
