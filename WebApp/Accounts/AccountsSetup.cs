namespace WebApp.Accounts;

/// <summary>Registration, confirmation, passwords.</summary>
public static class AccountsSetup
{
    extension(WebApplicationBuilder builder)
    {
        /// <summary>Registers the account services.</summary>
        public void AddAccounts()
        {
            builder.Services.AddScoped<Registration>();
            builder.Services.AddScoped<EmailConfirmation>();
            builder.Services.AddScoped<PasswordReset>();
            builder.Services.AddScoped<Profile>();
            builder.Services.AddScoped<AccountOverview>();
        }
    }
}
