using Microsoft.AspNetCore.Mvc;
using WebApp.Data.Pruning;
using WebApp.Mfa.EmailCodes;
using WebApp.Mfa.Passkeys;
using WebApp.Mfa.RecoveryCodes;
using WebApp.Mfa.Totp;

namespace WebApp.Mfa;

/// <summary>Second factors.</summary>
public static class MfaSetup
{
    extension(WebApplicationBuilder builder)
    {
        /// <summary>Registers them.</summary>
        public void AddMfa()
        {
            builder.Services.AddOptions<MfaOptions>().BindConfiguration("Mfa").ValidateOnStart();
            builder.Services.AddSingleton<EnrolmentPolicy>();
            builder.Services.Configure<MvcOptions>(mvc => mvc.Filters.Add<RefusedChangeFilter>());
            builder.Services.AddScoped<PendingSignIns>();
            builder.Services.AddScoped<SecondFactors>();
            builder.Services.AddScoped<FactorChanges>();
            builder.Services.AddSingleton<TotpSecrets>();
            builder.Services.AddScoped<TotpFactor>();
            builder.Services.AddScoped<TotpEnrolment>();
            builder.Services.AddScoped<EmailCodeFactor>();
            builder.Services.AddScoped<EmailCodeEnrolment>();
            builder.Services.AddSingleton<RecoveryCodeHash>();
            builder.Services.AddSingleton<RecoveryCodeDownload>();
            builder.Services.AddScoped<RecoveryCodeFactor>();
            builder.Services.AddScoped<RecoveryCodeSheets>();
            builder.Services.AddPruning("DELETE FROM pending_sign_ins WHERE expires_at < $1");
            builder.Services.AddPruning("DELETE FROM totp_credentials WHERE confirmed_at IS NULL AND created_at < $1 - interval '1 hour'");
            builder.AddPasskeys();
        }
    }
}
