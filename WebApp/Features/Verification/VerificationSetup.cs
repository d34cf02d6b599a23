using WebApp.Platform.Workers;

namespace WebApp.Features.Verification;

/// <summary>Sets up one-time secrets.</summary>
public static class VerificationSetup
{
    extension(WebApplicationBuilder builder)
    {
        /// <summary>Registers the services.</summary>
        public void AddVerification()
        {
            builder.Services.AddSingleton<OneTimeSecrets>();
            builder.Services.AddPruning("DELETE FROM one_time_secrets WHERE expires_at < $1 - interval '1 day'");
            builder.Services.AddRowLimit("one_time_secrets", "expires_at", 100_000, "user_id IS NULL");
        }
    }
}
