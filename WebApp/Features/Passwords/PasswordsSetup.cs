using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection.Extensions;
using WebApp.Platform.Data;

namespace WebApp.Features.Passwords;

/// <summary>Sets up hashing, its queue and the policy.</summary>
public static class PasswordsSetup
{
    extension(WebApplicationBuilder builder)
    {
        /// <summary>Adds <see cref="PasswordHashing"/> and <see cref="PasswordPolicy"/>.</summary>
        public void AddPasswords()
        {
            builder.Services.AddOptions<PasswordOptions>().BindConfiguration("Password")
                .Validate(o => o.WorkFactor is >= StoredHash.MinWorkFactor and <= StoredHash.MaxWorkFactor, "Password:WorkFactor must be between 4 and 16.")
                .Validate<IHostEnvironment>((o, env) => o.WorkFactor >= 10 || !env.IsProduction(), "Password:WorkFactor must be at least 10 in Production.")
                .Validate(o => o.MinLength is >= 8 and <= 64, "Password:MinLength must be between 8 and 64.")
                .Validate(o => o.PassphraseLength >= o.MinLength && o.PassphraseLength <= 128, "Password:PassphraseLength must be between Password:MinLength and 128.")
                .Validate(o => o.MinScore is >= 0 and <= 4, "Password:MinScore must be between 0 and 4.")
                .Validate(o => o.QueueLength is >= 1 and <= 10_000, "Password:QueueLength must be between 1 and 10000.")
                .ValidateOnStart();
            builder.Services.TryAddSingleton(TimeProvider.System);
            builder.Services.AddSingleton<PasswordHasher>();
            builder.Services.AddSingleton<PasswordHashing>();
            builder.Services.AddSingleton<PasswordPolicy>();
            builder.Services.AddSingleton<IPasswordHasher<User>, RefusingPasswordHasher>();
        }
    }

    extension(WebApplication app)
    {
        /// <summary>Logs which library hashes passwords.</summary>
        public void LogPasswordHashing() => Log.HashesWith(app.Logger, Bcrypt.Library.Description);
    }
}
