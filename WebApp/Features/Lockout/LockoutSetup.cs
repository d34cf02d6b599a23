using WebApp.Platform.Workers;

namespace WebApp.Features.Lockout;

/// <summary>Sets up counting of guesses, lockout, and its notices.</summary>
public static class LockoutSetup
{
    extension(WebApplicationBuilder builder)
    {
        /// <summary>Registers the services.</summary>
        public void AddLockout()
        {
            builder.Services.AddOptions<ProtectionOptions>().BindConfiguration("Protection")
                .Validate(o => o is { MaxFailures: >= 1 and <= 100, WindowMinutes: >= 1 and <= 1440, LockoutMinutes: >= 1 and <= 1440 }, "Protection:MaxFailures must be 1 to 100, Protection:WindowMinutes and Protection:LockoutMinutes 1 to 1440.")
                .Validate(o => o.AnonymousEventsPerHour >= 1, "Protection:AnonymousEventsPerHour must be at least 1.")
                .ValidateOnStart();
            builder.Services.AddSingleton<Attempts>();
            builder.Services.AddSingleton<AccountKeys>();
            builder.Services.AddSingleton<SignInGuard>();
            builder.Services.AddSingleton<LockoutNotices>();
            builder.Services.AddSingleton<GuessNotices>();
            builder.Services.AddSingleton<MailLimits>();
            builder.Services.AddSingleton<AnonymousEvents>();
            builder.Services.AddSingleton<CredentialNotices>();
            builder.Services.AddPruning("DELETE FROM attempts WHERE window_ends_at < $1");
            builder.Services.AddRowLimit("attempts", "window_ends_at", 1_000_000);

            // Final lockouts are kept longer: an account must not become open again because nobody tried for a month.
            builder.Services.AddPruning($"DELETE FROM sign_in_guesses WHERE last_at < $1 - interval '30 days' AND last_at < $1 - CASE WHEN misses < {SignInGuard.MaxMisses} THEN interval '30 days' ELSE interval '400 days' END");
            builder.Services.AddRowLimit("sign_in_guesses", "last_at", 500_000, $"misses < {SignInGuard.MaxMisses}");
        }
    }
}
