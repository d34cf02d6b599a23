using Microsoft.AspNetCore.Identity;
using WebApp.Accounts.Administration;
using WebApp.Data;

namespace WebApp.Accounts;

/// <summary>Registration, confirmation, passwords, and everything an owner does with an account.</summary>
public static class AccountsSetup
{
    extension(WebApplicationBuilder builder)
    {
        /// <summary>Registers the account services.</summary>
        public void AddAccounts()
        {
            // Identity's own services, for what is made of them here: passkeys. Its hasher is Passwords' affair.
            builder.Services.AddSingleton<ILookupNormalizer, AddressNormalizer>();
            builder.Services.AddIdentityCore<User>().AddEntityFrameworkStores<AppDbContext>();

            builder.Services.AddScoped<MailProofs>();
            builder.Services.AddScoped<Registration>();
            builder.Services.AddScoped<EmailConfirmation>();
            builder.Services.AddScoped<PasswordReset>();
            builder.Services.AddScoped<Profile>();
            builder.Services.AddScoped<AccountOverview>();
            builder.Services.AddScoped<PasswordChange>();
            builder.Services.AddScoped<EmailChange>();
            builder.Services.AddScoped<TakingBack>();
            builder.Services.AddScoped<Activity>();
            builder.Services.AddScoped<DataExport>();
            builder.Services.AddScoped<AccountDeletion>();
            builder.Services.AddScoped<UserSearch>();
            builder.Services.AddScoped<UserDetails>();
            builder.Services.AddScoped<AdministeredAccounts>();
            builder.Services.AddScoped<AccountClosing>();
            builder.Services.AddScoped<CredentialRelief>();
            builder.Services.AddScoped<Renaming>();
            builder.Services.AddScoped<ImpersonationStart>();
            builder.Services.AddSingleton<AccountErasure>();
            builder.Services.AddHostedService(services => services.GetRequiredService<AccountErasure>());
        }
    }
}
