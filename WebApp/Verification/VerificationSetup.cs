namespace WebApp.Verification;

/// <summary>One-time secrets.</summary>
public static class VerificationSetup
{
    extension(WebApplicationBuilder builder)
    {
        /// <summary>Registers them.</summary>
        public void AddVerification() => builder.Services.AddSingleton<OneTimeSecrets>();
    }
}
