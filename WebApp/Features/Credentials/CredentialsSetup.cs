namespace WebApp.Features.Credentials;

/// <summary>Sets up changes of credentials.</summary>
public static class CredentialsSetup
{
    extension(WebApplicationBuilder builder)
    {
        /// <summary>Registers the services.</summary>
        public void AddCredentials()
        {
            builder.Services.AddScoped<CredentialChanges>();
            builder.Services.AddScoped<AllAccess>();
        }
    }
}
