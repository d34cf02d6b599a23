using Microsoft.Extensions.Options;
using OpenIddict.Core;
using OpenIddict.Server;
using WebApp.Features.SignIn;
using WebApp.Features.Tokens;
using WebApp.Platform.Data;
using WebApp.Platform.Mail;
using WebApp.Platform.Startup;
using WebApp.Platform.Workers;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace WebApp.Features.Applications;

/// <summary>Sets up the OpenID Connect provider on OpenIddict.</summary>
public static class ApplicationsSetup
{
    /// <summary>A code is redeemed at once by the application that waits for it (RFC 6749 4.1.2 recommends at most ten minutes).</summary>
    private static readonly TimeSpan CodeLifetime = TimeSpan.FromMinutes(1);

    // Handlers of the provider run in this order; ours follow its own.
    private const int AfterBuiltIn = int.MaxValue - 100_000;

    extension(WebApplicationBuilder builder)
    {
        /// <summary>Registers the provider, its keys and its services.</summary>
        public void AddApplications()
        {
            var services = builder.Services;
            services.AddSingleton<ApplicationKeys>();
            services.AddSingleton<ServiceAccounts>();
            services.AddSingleton<IOptionsChangeTokenSource<OpenIddictServerOptions>>(provider => provider.GetRequiredService<ApplicationKeys>());
            services.AddSingleton<IConfigureOptions<OpenIddictServerOptions>, ApplicationKeyOptions>();
            services.AddHostedService<ConfiguredApplicationStart>();
            services.AddHostedService<ApplicationKeyMaintenance>(); // After it: which keys there are depends on the applications.
            services.AddSingleton<GrantedSessions>();
            services.AddSingleton<StepUpMarks>();
            services.AddScoped(provider => (RegisteredApplications)provider.GetRequiredService<OpenIddictApplicationManager<Application>>());
            services.AddScoped<ApplicationGrants>();
            services.AddScoped<ISignInDestination, ApplicationDestination>();
            services.AddScoped<ApplicationConsents>();
            services.AddScoped<ApplicationDirectory>();
            services.AddScoped<ApplicationLogos>();
            services.AddScoped<ApplicationCheck>();
            services.AddHttpContextAccessor();
            builder.Logging.AddFilter("OpenIddict.Server", LogLevel.Warning); // Below it, the engine logs every request with most of its parameters.
            services.AddHostedService<BackchannelLogout>();
            services.AddSingleton<LogoutCarrier>();
            services.AddOutboxWorker<LogoutCarrier>();
            services.AddOptions<ConfiguredApplicationOptions>().BindConfiguration("Applications").ValidateOnStart();
            services.AddSingleton<IValidateOptions<ConfiguredApplicationOptions>, ConfiguredApplicationValidator>();

            services.AddOpenIddict()
                .AddCore(core =>
                {
                    core.UseEntityFrameworkCore().UseDbContext<AppDbContext>()
                        .ReplaceDefaultEntities<Application, ApplicationAuthorization, ApplicationScope, ApplicationToken, Guid>();
                    core.ReplaceApplicationManager<Application, RegisteredApplications>();
                })
                .AddServer(AddServer);
            services.AddOptions<OpenIddictServerOptions>().Configure<IOptions<AppOptions>, IOptions<TokenOptions>>((server, app, tokens) =>
            {
                server.Issuer = app.Value.BaseUrl;
                server.AccessTokenLifetime = server.IdentityTokenLifetime = tokens.Value.AccessTokenLifetime;
                server.RefreshTokenLifetime = tokens.Value.RefreshTokenLifetime;
                server.RefreshTokenReuseLeeway = tokens.Value.RefreshGrace;
                server.AuthorizationCodeLifetime = CodeLifetime;

                // form_post answers with a page that has a script, which our pages never have; fragment is for flows that are not offered.
                server.ResponseModes.Clear();
                server.ResponseModes.Add(ResponseModes.Query);
                server.CodeChallengeMethods.Clear();
                server.CodeChallengeMethods.Add(CodeChallengeMethods.Sha256);
            });

            // First the tokens, then what they hang on.
            services.AddPruning("DELETE FROM application_tokens WHERE expiration_date < $1 - interval '1 day' OR (expiration_date IS NULL AND creation_date < $1 - interval '2 days')");
            services.AddPruning("""
                DELETE FROM application_grants a WHERE creation_date < $1 - interval '1 day'
                AND NOT EXISTS (SELECT 1 FROM application_tokens t WHERE t.authorization_id = a.id)
                """);
            services.AddPruning("DELETE FROM application_sessions WHERE greatest(granted_at, notified_at) < $1 - interval '400 days' OR notified_at < $1 - interval '30 days'");
        }
    }

    private static void AddServer(OpenIddictServerBuilder server)
    {
        server.SetConfigurationEndpointUris(ApplicationPaths.Configuration)
            .SetJsonWebKeySetEndpointUris(ApplicationPaths.Keys)
            .SetAuthorizationEndpointUris(ApplicationPaths.Authorize[1..])
            .SetPushedAuthorizationEndpointUris(ApplicationPaths.Prefix + "par")
            .SetTokenEndpointUris(ApplicationPaths.Prefix + "token")
            .SetUserInfoEndpointUris(ApplicationPaths.Prefix + "userinfo")
            .SetEndSessionEndpointUris(ApplicationPaths.Logout[1..])
            .SetIntrospectionEndpointUris(ApplicationPaths.Prefix + "introspect")
            .SetRevocationEndpointUris(ApplicationPaths.Prefix + "revoke")
            .AllowAuthorizationCodeFlow().AllowRefreshTokenFlow().AllowClientCredentialsFlow()
            .RequireProofKeyForCodeExchange()
            .UseReferenceRefreshTokens()
            .DisableAccessTokenEncryption() // Services verify them by the JWKS.
            .RegisterScopes(Scopes.OpenId, Scopes.OfflineAccess, Scopes.Profile, Scopes.Email, Scopes.Roles, ApplicationClaims.GroupsScope)
            .RegisterClaims([.. ApplicationClaims.Supported]);
        server.UseAspNetCore()
            .EnableAuthorizationEndpointPassthrough()
            .EnableEndSessionEndpointPassthrough()
            .EnableStatusCodePagesIntegration()
            .DisableTransportSecurityRequirement(); // UseHttps and UseOwnHost decide this for every page.

        server.AddEventHandler<ValidateTokenContext>(handler => handler.UseSingletonHandler<SessionCheck>().SetOrder(AfterBuiltIn));
        server.AddEventHandler<GenerateTokenContext>(handler => handler.UseScopedHandler<CurrentKey>()
            .SetOrder(OpenIddictServerHandlers.Protection.AttachSecurityCredentials.Descriptor.Order + 1));
        server.AddEventHandler<GenerateTokenContext>(handler => handler.UseSingletonHandler<PlainIdentityToken>()
            .SetOrder(OpenIddictServerHandlers.Protection.CreateTokenEntry.Descriptor.Order + 1));
        server.AddEventHandler<HandleTokenRequestContext>(handler => handler.UseScopedHandler<TokenGrants>()
            .SetOrder(OpenIddictServerHandlers.Exchange.AttachPrincipal.Descriptor.Order + 1));
        server.AddEventHandler<ExtractUserInfoRequestContext>(handler => handler.UseSingletonHandler<EmptyForm>().SetOrder(int.MinValue + 50_000));
        server.AddEventHandler<HandleUserInfoRequestContext>(handler => handler.UseSingletonHandler<UserInfo>().SetOrder(AfterBuiltIn));
        server.AddEventHandler<HandleConfigurationRequestContext>(handler => handler.UseSingletonHandler<Discovery>().SetOrder(AfterBuiltIn));
        server.AddEventHandler<ApplyAuthorizationResponseContext>(handler => handler.UseSingletonHandler<AuthorizationErrorText>().SetOrder(int.MinValue + 100_000));
        server.RemoveEventHandler(OpenIddictServerHandlers.Introspection.ValidateAuthorizedParty.Descriptor);
        server.AddEventHandler<ValidateIntrospectionRequestContext>(handler => handler.UseScopedHandler<IntrospectionRight>()
            .SetOrder(OpenIddictServerHandlers.Introspection.ValidateAuthorizedParty.Descriptor.Order));
        server.AddEventHandler<HandleIntrospectionRequestContext>(handler => handler.UseSingletonHandler<IntrospectedClaims>().SetOrder(AfterBuiltIn));
    }
}

/// <summary>The provider's addresses.</summary>
public static class ApplicationPaths
{
    /// <summary>The prefix of most of them, without the first slash.</summary>
    public const string Prefix = "connect/";

    /// <summary>Where a browser asks for a code.</summary>
    public const string Authorize = "/connect/authorize";

    /// <summary>Where a browser goes back to the request after it signed in.</summary>
    public const string Continue = "/connect/continue";

    /// <summary>Where a browser is signed out at an application's request.</summary>
    public const string Logout = "/connect/logout";

    /// <summary>The discovery document, without the first slash.</summary>
    public const string Configuration = ".well-known/openid-configuration";

    /// <summary>The public keys, without the first slash.</summary>
    public const string Keys = ".well-known/jwks";
}
