using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

using WebApp.Platform.Workers;

namespace WebApp.Features.Tokens;

/// <summary>Sets up tokens.</summary>
public static class TokensSetup
{
    extension(WebApplicationBuilder builder)
    {
        /// <summary>
        /// Registers options, codec and signing keys. Needs an <c>NpgsqlDataSource</c>, Data Protection and <c>AppOptions</c>. The keys are loaded when
        /// hosted services start, so the migration of the database must be registered before.
        /// </summary>
        public void AddTokens()
        {
            builder.Services.AddOptions<TokenOptions>().BindConfiguration("Tokens").ValidateOnStart();
            builder.Services.AddSingleton<IPostConfigureOptions<TokenOptions>, TokenAliases>();
            builder.Services.AddSingleton<IValidateOptions<TokenOptions>, TokenOptionsValidator>();

            builder.Services.TryAddSingleton(TimeProvider.System);
            builder.Services.AddSingleton(_ => new SigningKeyRing());
            builder.Services.AddSingleton<SigningKeySchedule>();
            builder.Services.AddSingleton<SigningKeyStore>();
            builder.Services.AddSingleton<SigningKeys>();
            builder.Services.AddSingleton<SigningKeyOversight>();
            builder.Services.AddSingleton<TokenCodec>();
            builder.Services.AddHostedService<SigningKeyMaintenance>();

            builder.Services.AddSingleton<Revocations>();
            builder.Services.AddHostedService(services => services.GetRequiredService<Revocations>());
            builder.Services.AddSingleton<MasterTokens>();
            builder.Services.AddSingleton<AccessTokenCheck>();
            builder.Services.AddSingleton<TokenWriter>();
            builder.Services.AddScoped<TokenIssuer>();
            builder.Services.AddSingleton<ApiTokenUses>();
            builder.Services.AddHostedService(services => services.GetRequiredService<ApiTokenUses>());
            builder.Services.AddSingleton<ApiTokenCheck>();
            builder.Services.AddSingleton<TokenCheck>();
            builder.Services.AddScoped<ApiTokens>();
            builder.Services.AddPruning("DELETE FROM api_tokens WHERE least(expires_at, revoked_at) < $1 - interval '30 days'");
            builder.Services.AddSingleton<RefreshTokenService>();
            builder.Services.AddScoped<RefreshReuse>();
            builder.Services.AddScoped<RefreshBinding>();
            builder.Services.AddSingleton<Introspection>();
            builder.Services.AddScoped<TokenRevocation>();
        }
    }
}
