using WebApp.Data.Pruning;

namespace WebApp.Protection;

/// <summary>Counters and notices.</summary>
public static class ProtectionSetup
{
    extension(WebApplicationBuilder builder)
    {
        /// <summary>Registers them.</summary>
        public void AddProtection()
        {
            builder.Services.AddSingleton<Attempts>();
            builder.Services.AddSingleton<CredentialNotices>();
            builder.Services.AddPruning("DELETE FROM attempts WHERE window_ends_at < $1");
        }
    }
}
