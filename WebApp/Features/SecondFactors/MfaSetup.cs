using Microsoft.AspNetCore.Mvc;
using WebApp.Features.SecondFactors.EmailCodes;
using WebApp.Features.SecondFactors.Passkeys;
using WebApp.Features.SecondFactors.RecoveryCodes;
using WebApp.Features.SecondFactors.Totp;
using WebApp.Platform.Workers;

namespace WebApp.Features.SecondFactors;

/// <summary>Sets up second factors.</summary>
public static class MfaSetup
{
    extension(WebApplicationBuilder builder)
    {
        /// <summary>Registers the services.</summary>
        public void AddMfa()
        {
            builder.Services.AddOptions<MfaOptions>().BindConfiguration("Mfa").ValidateOnStart();
            builder.Services.AddSingleton<EnrolmentPolicy>();
            builder.Services.Configure<MvcOptions>(mvc => mvc.Filters.Add<RefusedChangeFilter>());
            builder.Services.AddScoped<PendingSignIns>();
            builder.Services.AddScoped<SecondFactorService>();
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
