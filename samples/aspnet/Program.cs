// An ASP.NET Core application whose users have their accounts at WebApp.
using System.Net;
using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using OpenIddict.Validation.AspNetCore;

var builder = WebApplication.CreateBuilder(args);
var (issuer, clientId, clientSecret) = (builder.Configuration["ISSUER"]!, builder.Configuration["CLIENT_ID"]!, builder.Configuration["CLIENT_SECRET"]!);
builder.WebHost.UseUrls($"http://localhost:{builder.Configuration["PORT"] ?? "3000"}");

builder.Services
    .AddAuthentication(options =>
    {
        options.DefaultScheme = CookieAuthenticationDefaults.AuthenticationScheme;
        options.DefaultChallengeScheme = OpenIdConnectDefaults.AuthenticationScheme;
    })
    .AddCookie()
    .AddOpenIdConnect(oidc =>
    {
        oidc.Authority = issuer;
        oidc.ClientId = clientId;
        oidc.ClientSecret = clientSecret;
        oidc.RequireHttpsMetadata = issuer.StartsWith("https:", StringComparison.Ordinal);
        oidc.ResponseType = "code";
        oidc.ResponseMode = "query";
        oidc.MapInboundClaims = false;
        oidc.GetClaimsFromUserInfoEndpoint = true;
        oidc.SaveTokens = true;
        oidc.TokenValidationParameters.NameClaimType = "name";

        // With response_mode=query the browser comes back by GET, so the cookies need not be sent with foreign POSTs, nor over TLS on this machine.
        (oidc.CorrelationCookie.SecurePolicy, oidc.CorrelationCookie.SameSite) = (CookieSecurePolicy.SameAsRequest, SameSiteMode.Lax);
        (oidc.NonceCookie.SecurePolicy, oidc.NonceCookie.SameSite) = (CookieSecurePolicy.SameAsRequest, SameSiteMode.Lax);
    });

// For the API: it asks WebApp about each token, so a token is refused as soon as its session has ended.
builder.Services.AddOpenIddict().AddValidation(validation =>
{
    validation.SetIssuer(issuer);
    validation.UseIntrospection().SetClientId(clientId).SetClientSecret(clientSecret);
    validation.UseSystemNetHttp();
    validation.UseAspNetCore();
});
builder.Services.AddAuthorization();

var app = builder.Build();

app.MapGet("/", (ClaimsPrincipal user) => Results.Content(
    user.Identity is { IsAuthenticated: true, Name: var name }
        ? $"""<h1>Hello {WebUtility.HtmlEncode(name)}</h1><form method="post" action="/logout"><button>Sign out</button></form>"""
        : """<h1>Hello stranger</h1><a href="/login">Sign in</a>""",
    "text/html; charset=utf-8"));

app.MapGet("/login", () => Results.Challenge(new AuthenticationProperties { RedirectUri = "/" }));

app.MapPost("/logout", () => Results.SignOut(
    new AuthenticationProperties { RedirectUri = "/" },
    [CookieAuthenticationDefaults.AuthenticationScheme, OpenIdConnectDefaults.AuthenticationScheme]));

app.MapGet("/api/hello", (ClaimsPrincipal user) => new { Hello = user.FindFirstValue("sub") })
    .RequireAuthorization(policy => policy.AddAuthenticationSchemes(OpenIddictValidationAspNetCoreDefaults.AuthenticationScheme).RequireAuthenticatedUser());

app.Run();
