using System.Security.Claims;
using Microsoft.AspNetCore;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using OpenIddict.Abstractions;
using OpenIddict.Server.AspNetCore;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace WebApp.Peers;

/// <summary>
/// An OpenID Connect provider on OpenIddict, EF Core and ASP.NET Identity's cookie, as OpenIddict's documentation and its sample for the code flow write it: the user and the
/// permanent authorization are read at each request, everything else is left as it comes. There is a confidential client, and a public one of the same name with <c>-public</c>.
/// </summary>
internal static class OpenIddictApplication
{
    private const string Scheme = OpenIddictServerAspNetCoreDefaults.AuthenticationScheme;

    public static async Task<WebApplication> BuildAsync(WebApplicationBuilder builder)
    {
        PeerDatabase.AddTo(builder, options => options.UseOpenIddict());
        builder.Services.AddDataProtection().UseEphemeralDataProtectionProvider();
        builder.Services.AddIdentity<IdentityUser, IdentityRole>().AddEntityFrameworkStores<PeerDatabase>().AddDefaultTokenProviders();
        builder.Services.AddOpenIddict()
            .AddCore(core => core.UseEntityFrameworkCore().UseDbContext<PeerDatabase>())
            .AddServer(server =>
            {
                server.SetAuthorizationEndpointUris("connect/authorize").SetTokenEndpointUris("connect/token").SetUserInfoEndpointUris("connect/userinfo");
                server.AllowAuthorizationCodeFlow().AllowRefreshTokenFlow();
                server.RegisterScopes(Scopes.Email, Scopes.Profile);
                server.AddEphemeralEncryptionKey().AddEphemeralSigningKey();
                server.UseAspNetCore()
                    .EnableAuthorizationEndpointPassthrough().EnableTokenEndpointPassthrough().EnableUserInfoEndpointPassthrough()
                    .DisableTransportSecurityRequirement();
            });
        var app = builder.Build();
        await PeerDatabase.CreateAsync(app);
        await AddClientsAsync(app);
        app.UseAuthentication();
        app.MapGet("/connect/authorize", AuthorizeAsync);
        app.MapPost("/connect/token", ExchangeAsync);
        app.MapGet("/connect/userinfo", UserInfoAsync);
        app.MapPost("/sign-in", async (SignInManager<IdentityUser> signIn) =>
        {
            var email = $"{Guid.NewGuid():N}@example.org";
            var user = new IdentityUser(email) { Email = email, EmailConfirmed = true };
            await signIn.UserManager.CreateAsync(user);
            await signIn.SignInAsync(user, isPersistent: false);
        });
        return app;
    }

    private static async Task AddClientsAsync(WebApplication app)
    {
        static string Setting(string name) => Environment.GetEnvironmentVariable(name)!;
        await using var scope = app.Services.CreateAsyncScope();
        var applications = scope.ServiceProvider.GetRequiredService<IOpenIddictApplicationManager>();
        foreach (var (id, secret) in new[] { (Setting("PEER_CLIENT"), Setting("PEER_SECRET")), ($"{Setting("PEER_CLIENT")}-public", null) })
        {
            await applications.CreateAsync(new OpenIddictApplicationDescriptor
            {
                ClientId = id,
                ClientSecret = secret,
                ConsentType = ConsentTypes.Explicit,
                RedirectUris = { new(Setting("PEER_REDIRECT")) },
                Permissions =
                {
                    Permissions.Endpoints.Authorization, Permissions.Endpoints.Token, Permissions.GrantTypes.AuthorizationCode, Permissions.GrantTypes.RefreshToken,
                    Permissions.ResponseTypes.Code, Permissions.Scopes.Email, Permissions.Scopes.Profile,
                },
                Requirements = { Requirements.Features.ProofKeyForCodeExchange },
            });
        }
    }

    private static async Task<IResult> AuthorizeAsync(
        HttpContext context, UserManager<IdentityUser> users, IOpenIddictApplicationManager applications, IOpenIddictAuthorizationManager authorizations, IOpenIddictScopeManager scopes)
    {
        var request = context.GetOpenIddictServerRequest()!;
        var session = await context.AuthenticateAsync(IdentityConstants.ApplicationScheme);
        if (!session.Succeeded || await users.GetUserAsync(session.Principal) is not { } user)
        {
            return Results.Challenge(authenticationSchemes: [IdentityConstants.ApplicationScheme]);
        }

        var client = await applications.GetIdAsync((await applications.FindByClientIdAsync(request.ClientId!))!);
        var allowed = await authorizations.FindAsync(user.Id, client, Statuses.Valid, AuthorizationTypes.Permanent, request.GetScopes()).LastOrDefaultAsync();
        var identity = new ClaimsIdentity("Federation", Claims.Name, Claims.Role);
        await FillAsync(identity, users, user);
        identity.SetScopes(request.GetScopes());
        identity.SetResources(await scopes.ListResourcesAsync(identity.GetScopes()).ToListAsync());

        // The page that asks is not what is measured here.
        allowed ??= await authorizations.CreateAsync(identity, user.Id, client!, AuthorizationTypes.Permanent, identity.GetScopes());
        identity.SetAuthorizationId(await authorizations.GetIdAsync(allowed));
        identity.SetDestinations(Destinations);
        return Results.SignIn(new ClaimsPrincipal(identity), authenticationScheme: Scheme);
    }

    private static async Task<IResult> ExchangeAsync(HttpContext context, UserManager<IdentityUser> users, SignInManager<IdentityUser> signIn)
    {
        var granted = (await context.AuthenticateAsync(Scheme)).Principal!;
        if (await users.FindByIdAsync(granted.GetClaim(Claims.Subject)!) is not { } user || !await signIn.CanSignInAsync(user))
        {
            return Results.Forbid(authenticationSchemes: [Scheme]);
        }

        var identity = new ClaimsIdentity(granted.Claims, "Federation", Claims.Name, Claims.Role);
        await FillAsync(identity, users, user);
        identity.SetDestinations(Destinations);
        return Results.SignIn(new ClaimsPrincipal(identity), authenticationScheme: Scheme);
    }

    private static async Task<IResult> UserInfoAsync(HttpContext context, UserManager<IdentityUser> users)
    {
        var token = (await context.AuthenticateAsync(Scheme)).Principal;
        if (token is null || await users.FindByIdAsync(token.GetClaim(Claims.Subject)!) is not { } user)
        {
            return Results.Challenge(authenticationSchemes: [Scheme]);
        }

        return Results.Ok(new Dictionary<string, object?>
        {
            [Claims.Subject] = user.Id,
            [Claims.PreferredUsername] = user.UserName,
            [Claims.Email] = user.Email,
            [Claims.EmailVerified] = user.EmailConfirmed,
        });
    }

    private static async Task FillAsync(ClaimsIdentity identity, UserManager<IdentityUser> users, IdentityUser user) =>
        identity.SetClaim(Claims.Subject, user.Id)
            .SetClaim(Claims.Email, user.Email)
            .SetClaim(Claims.Name, user.UserName)
            .SetClaim(Claims.PreferredUsername, user.UserName)
            .SetClaims(Claims.Role, [.. await users.GetRolesAsync(user)]);

    private static IEnumerable<string> Destinations(Claim claim) => claim.Type switch
    {
        Claims.Name or Claims.PreferredUsername when claim.Subject!.HasScope(Scopes.Profile) => [OpenIddictConstants.Destinations.AccessToken, OpenIddictConstants.Destinations.IdentityToken],
        Claims.Email when claim.Subject!.HasScope(Scopes.Email) => [OpenIddictConstants.Destinations.AccessToken, OpenIddictConstants.Destinations.IdentityToken],
        "AspNet.Identity.SecurityStamp" => [],
        _ => [OpenIddictConstants.Destinations.AccessToken],
    };
}
