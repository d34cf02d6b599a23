namespace WebApp.Features.Credentials;

/// <summary>Changes of credentials.</summary>
public static class CredentialsSetup
{
    extension(WebApplicationBuilder builder)
    {
        /// <summary>Registers them.</summary>
        public void AddCredentials()
        {
            builder.Services.AddScoped<CredentialChanges>();
            builder.Services.AddScoped<AllAccess>();
        }
    }
}
