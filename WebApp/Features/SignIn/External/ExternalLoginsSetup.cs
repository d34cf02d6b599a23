using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Client;
using OpenIddict.Client.WebIntegration;
using Polly;
using WebApp.Platform.Data.Encryption;
using WebApp.Platform.Startup;
using WebApp.Platform.Workers;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Client.OpenIddictClientEvents;

namespace WebApp.Features.SignIn.External;

/// <summary>Sets up sign-in with outside providers, on OpenIddict's client.</summary>
public static class ExternalLoginsSetup
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan StateLifetime = TimeSpan.FromMinutes(15);

    /// <summary>The longest answer of a provider, in bytes.</summary>
    private const int MaxAnswer = 256 * 1024;

    extension(WebApplicationBuilder builder)
    {
        /// <summary>Registers the services. Without a provider in the configuration, the client itself is not registered.</summary>
        public void AddExternalLogins()
        {
            var services = builder.Services;
            services.AddOptions<ExternalLoginOptions>()
                .Configure<IConfiguration>((options, configuration) => options.Read(configuration.GetSection(ExternalLoginOptions.Section)))
                .ValidateOnStart();
            services.AddSingleton<IValidateOptions<ExternalLoginOptions>, ExternalLoginValidator>();
            services.AddSingleton<ExternalProviders>();
            services.AddSingleton<PendingExternalCookie>();
            services.AddScoped<ExternalSignIn>();
            services.AddScoped<ExternalLinks>();
            services.AddScoped<ExternalStepUp>();
            services.AddScoped<ExternalProtocol>();
            if (!builder.Configuration.GetSection(ExternalLoginOptions.Section).GetChildren().Any())
            {
                return;
            }

            builder.Logging.AddFilter("OpenIddict.Client", LogLevel.None); // It logs requests with their parameters, and exceptions of what Log says in one line.
            services.AddOpenIddict().AddClient(client => AddClient(client, builder.Environment));
            services.AddSingleton<IConfigureOptions<OpenIddictClientOptions>, ExternalClientOptions>();
            const string states = $"type = '{TokenTypeIdentifiers.Private.StateToken}'";
            services.AddPruning($"DELETE FROM application_tokens WHERE {states} AND expiration_date < $1");
            services.AddRowLimit("application_tokens", "creation_date", 100_000, states);
        }
    }

    private static void AddClient(OpenIddictClientBuilder client, IHostEnvironment environment)
    {
        client.AllowAuthorizationCodeFlow().SetStateTokenLifetime(StateLifetime);
        client.UseWebProviders();
        client.UseAspNetCore(web =>
        {
            web.EnableRedirectionEndpointPassthrough()
                .EnableErrorPassthrough()
                .DisableAutomaticAuthenticationSchemeForwarding()
                .DisableTransportSecurityRequirement(); // UseHttps and UseOwnHost decide this for every page.
            web.Configure(options =>
            {
                // Lax: the answer is a navigation from another site, by GET.
                var secure = !environment.IsDevelopment();
                options.CookieBuilder.Name = secure ? "__Host-external-state" : "external-state";
                options.CookieBuilder.SameSite = SameSiteMode.Lax;
                options.CookieBuilder.SecurePolicy = secure ? CookieSecurePolicy.Always : CookieSecurePolicy.None;
                options.CookieBuilder.HttpOnly = true;
                options.CookieBuilder.IsEssential = true;
                options.CookieBuilder.Path = "/";
            });
        });
        client.UseSystemNetHttp(http =>
        {
            // One try: the person waits, and can press the button again.
            http.SetHttpResiliencePipeline(ResiliencePipeline<HttpResponseMessage>.Empty);
            http.ConfigureHttpClient(caller => (caller.Timeout, caller.MaxResponseContentBufferSize) = (Timeout, MaxAnswer));
            http.ConfigureHttpClientHandler(handler => (handler.AllowAutoRedirect, handler.UseCookies) = (false, false)); // A redirect could name any host.
        });
        client.AddEventHandler<HandleConfigurationResponseContext>(handler => handler.UseSingletonHandler<SafeEndpoints>().SetOrder(int.MaxValue - 100_000));
    }
}

/// <summary>Builds the client's registrations from the configuration, and its keys from the master key, so that every node reads what another one wrote.</summary>
internal sealed class ExternalClientOptions(
    ExternalProviders providers, IOptions<AppOptions> app, MasterKey master) : IConfigureOptions<OpenIddictClientOptions>
{
    public void Configure(OpenIddictClientOptions options)
    {
        options.ClientUri = app.Value.BaseUrl;
        options.EncryptionCredentials.Add(new(
            new SymmetricSecurityKey(master.Derive("ExternalLogins.Encryption")) { KeyId = "master" }, SecurityAlgorithms.Aes256KW, SecurityAlgorithms.Aes256CbcHmacSha512));
        options.SigningCredentials.Add(new(new SymmetricSecurityKey(master.Derive("ExternalLogins.Signing")) { KeyId = "master" }, SecurityAlgorithms.HmacSha256));

        // form_post meets our refusal of forms from other sites, and the cookies are not sent with it.
        options.ResponseModes.Clear();
        options.ResponseModes.Add(ResponseModes.Query);
        options.CodeChallengeMethods.Clear();
        options.CodeChallengeMethods.Add(CodeChallengeMethods.Sha256);
        foreach (var provider in providers.All)
        {
            options.Registrations.Add(Registration(provider));
        }
    }

    private static OpenIddictClientRegistration Registration(ExternalProvider provider)
    {
        var registration = new OpenIddictClientRegistration
        {
            RegistrationId = provider.Name,
            ProviderName = provider.Name,
            ProviderDisplayName = provider.DisplayName,
            ClientId = provider.ClientId,
            ClientSecret = provider.ClientSecret,
            RedirectUri = new(provider.CallbackPath[1..], UriKind.Relative),
            Issuer = provider.Authority is { } authority ? new(authority) : null,
        };
        if (provider.IsPreset)
        {
            registration.ProviderType = provider.Name switch
            {
                ExternalProvider.Google => OpenIddictClientWebIntegrationConstants.ProviderTypes.Google,
                ExternalProvider.Microsoft => OpenIddictClientWebIntegrationConstants.ProviderTypes.Microsoft,
                _ => OpenIddictClientWebIntegrationConstants.ProviderTypes.GitHub,
            };
            registration.ProviderSettings = provider.Name switch
            {
                ExternalProvider.Google => new OpenIddictClientWebIntegrationSettings.Google(),
                ExternalProvider.Microsoft => new OpenIddictClientWebIntegrationSettings.Microsoft(),
                _ => new OpenIddictClientWebIntegrationSettings.GitHub(),
            };
        }

        string[] scopes = provider.Scopes is { Count: > 0 } chosen ? [.. chosen]
            : provider is { IsPreset: true, Name: ExternalProvider.GitHub } ? ["read:user", "user:email"]
            : [Scopes.Profile, Scopes.Email];
        registration.Scopes.UnionWith(scopes);
        if (provider is not { IsPreset: true, Name: ExternalProvider.GitHub })
        {
            registration.Scopes.Add(Scopes.OpenId); // The client asks for it by itself only where the discovery document lists it.
        }

        return registration;
    }
}

/// <summary>Refuses a discovery document that would have codes or secrets sent without encryption.</summary>
internal sealed class SafeEndpoints : IOpenIddictClientHandler<HandleConfigurationResponseContext>
{
    public ValueTask HandleAsync(HandleConfigurationResponseContext context)
    {
        var configuration = context.Configuration;
        Uri?[] endpoints = [configuration.AuthorizationEndpoint, configuration.TokenEndpoint, configuration.UserInfoEndpoint, configuration.JsonWebKeySetUri, configuration.PushedAuthorizationEndpoint];
        if (context.Registration.Issuer is { Scheme: "https" } && endpoints.Any(endpoint => endpoint is not null && endpoint.Scheme != Uri.UriSchemeHttps))
        {
            context.Reject(Errors.ServerError, "The provider has an endpoint without https.");
        }

        return default;
    }
}
