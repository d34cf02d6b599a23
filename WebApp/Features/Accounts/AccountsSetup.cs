using Microsoft.AspNetCore.Identity;
using WebApp.Features.Accounts.Administration;
using WebApp.Features.Accounts.FirstRun;
using WebApp.Features.Accounts.Importing;
using WebApp.Features.Audit.Figures;
using WebApp.Platform.Data;
using WebApp.Platform.Mail;
using WebApp.Platform.Users;
using WebApp.Platform.Workers;

namespace WebApp.Features.Accounts;

/// <summary>Sets up registration, confirmation, passwords, and everything an owner does with an account.</summary>
public static class AccountsSetup
{
    extension(WebApplicationBuilder builder)
    {
        /// <summary>Registers the account services.</summary>
        public void AddAccounts()
        {
            // Identity's own services, needed for passkeys. The Passwords feature registers its own hasher.
            builder.Services.AddSingleton<ILookupNormalizer, AddressNormalizer>();
            builder.Services.AddIdentityCore<User>().AddEntityFrameworkStores<AppDbContext>();

            builder.Services.AddScoped<MailProofs>();
            builder.Services.AddSingleton<RegistrationSecrets>();
            builder.Services.AddSingleton<RegistrationCookie>();
            builder.Services.AddOptions<RegistrationOptions>().BindConfiguration("Registration")
                .Configure<IConfiguration>((registration, configuration) => registration.ReadDomains(configuration.GetSection("Registration:AllowedDomains")))
                .Validate(registration => Enum.IsDefined(registration.Mode), "Registration:Mode must be Open, Invited or Closed.")
                .Validate(registration => registration.HasValidDomains, "Registration:AllowedDomains must be domains such as example.org, separated by commas.")
                .ValidateOnStart();
            builder.Services.AddSingleton<RegistrationRules>();
            builder.Services.AddScoped<RegistrationChange>();
            builder.Services.AddScoped<Registration>();
            builder.Services.AddScoped<ExternalRegistration>();
            builder.Services.AddScoped<EmailConfirmation>();
            builder.Services.AddScoped<RegistrationProofs>();
            builder.Services.AddPruning("DELETE FROM registrations WHERE expires_at < $1");
            builder.Services.AddRowLimit("registrations", "expires_at", 100_000);

            // Removes accounts that earlier versions created at registration. Registrations no longer create accounts.
            builder.Services.AddPruning($"DELETE FROM users u WHERE u.created_at < $1 - interval '30 days' AND {UnconfirmedAccounts.AbandonedSql}");
            builder.Services.AddScoped<PasswordReset>();
            builder.Services.AddScoped<Profile>();
            builder.Services.AddScoped<AccountOverview>();
            builder.Services.AddScoped<PasswordChange>();
            builder.Services.AddScoped<EmailChange>();
            builder.Services.AddScoped<AccountRecovery>();
            builder.Services.AddScoped<Activity>();
            builder.Services.AddScoped<DataExport>();
            builder.Services.AddScoped<AccountDeletion>();
            builder.Services.AddRowGauge(MetricName.Users, "users", slow: true);
            builder.Services.AddRowGauge(MetricName.UsersWithSecondFactor, "users", "two_factor_enabled", slow: true);
            builder.Services.AddGauge(MetricName.UsersWithPasskey, "SELECT count(DISTINCT user_id) FROM user_passkeys", slow: true);
            builder.Services.AddGauge(
                MetricName.UsersProtected, "SELECT count(*) FROM (SELECT id FROM users WHERE two_factor_enabled UNION SELECT user_id FROM user_passkeys) protected", slow: true);
            builder.Services.AddScoped<UserSearch>();
            builder.Services.AddScoped<UserDetails>();
            builder.Services.AddScoped<AdministeredAccounts>();
            builder.Services.AddScoped<AccountClosing>();
            builder.Services.AddScoped<UserCreation>();
            builder.Services.AddScoped<AccessEnding>();
            builder.Services.AddScoped<AdminCredentialReset>();
            builder.Services.AddScoped<AdminRenaming>();
            builder.Services.AddScoped<ImpersonationStart>();
            builder.Services.AddHostedService<CanonicalAddressUpgrade>();
            builder.Services.AddSingleton<AccountErasure>();
            builder.Services.AddHostedService(services => services.GetRequiredService<AccountErasure>());

            builder.Services.AddSingleton<SetupState>();
            builder.Services.AddSingleton<SetupCodes>();
            builder.Services.AddScoped<AdministratorCreation>();
            builder.Services.AddScoped<FirstAdministrator>();
            builder.Services.AddHostedService<SetupAnnouncement>();
            builder.Services.AddPruning("DELETE FROM setup_codes WHERE created_at < $1 - interval '7 days'");

            builder.Services.AddSingleton<UserImport>();
            builder.Services.AddPruning("DELETE FROM imports WHERE finished_at < $1 - interval '90 days'");
        }
    }
}

/// <summary>Makes Identity compare names, which are addresses here, in the same way as all other code.</summary>
internal sealed class AddressNormalizer : ILookupNormalizer
{
    public string? NormalizeName(string? name) => NormalizeEmail(name);

    public string? NormalizeEmail(string? email) => email is null ? null : EmailAddress.Normalize(email);
}
