using System.Security.Claims;
using System.Text.Json;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using StackExchange.Redis;

namespace WebApp.Peers;

/// <summary>
/// <c>/me</c> behind AddJwtBearer with HS256, in the JSON of WebApp's. Nothing is revoked; or, where the environment names a Redis, what
/// its denylist has.
/// </summary>
internal static class JwtBearerApplication
{
    private const string RedisVariable = "PEER_REDIS";

    public static async Task<WebApplication> BuildAsync(WebApplicationBuilder builder)
    {
        var redis = Environment.GetEnvironmentVariable(RedisVariable);
        var denylist = redis is null ? null : (await ConnectionMultiplexer.ConnectAsync(redis)).GetDatabase();
        builder.Services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddJwtBearer(options =>
        {
            options.MapInboundClaims = false;
            options.TokenValidationParameters = AccessToken.Validation;
            if (denylist is not null)
            {
                options.Events = new() { OnTokenValidated = context => RefuseDeniedAsync(context, denylist) };
            }
        });
        builder.Services.AddAuthorization();
        builder.Services.ConfigureHttpJsonOptions(options => options.SerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower);
        var app = builder.Build();
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapPost("/token", () => AccessToken.Create(Guid.CreateVersion7().ToString(), "ada@example.org"));
        app.MapGet("/me", (ClaimsPrincipal caller) => new Me(caller)).RequireAuthorization();
        return app;
    }

    private static async Task RefuseDeniedAsync(TokenValidatedContext context, IDatabase denylist)
    {
        if (await denylist.KeyExistsAsync($"denied:{context.Principal!.FindFirstValue("jti")}"))
        {
            context.Fail("The token was revoked.");
        }
    }

    private sealed record Authentication(string Kind, string? SessionId, IReadOnlyList<string> Amr, DateTimeOffset AuthenticatedAt, DateTimeOffset ExpiresAt);

    private sealed record Me(
        string? Id, string? Email, bool EmailVerified, string DisplayName, IReadOnlyList<string> Roles, IReadOnlyList<string> Permissions, IReadOnlyList<string> Groups, bool MfaEnabled, Authentication Authentication)
    {
        public Me(ClaimsPrincipal caller)
            : this(
                caller.FindFirstValue("sub"),
                caller.FindFirstValue("email"),
                true,
                "Ada Lovelace",
                [.. caller.FindAll("role").Select(role => role.Value)],
                [],
                [],
                false,
                new("access_token", caller.FindFirstValue("sid"), [.. caller.FindAll("amr").Select(amr => amr.Value)], Time(caller, "auth_time"), Time(caller, "exp")))
        {
        }

        private static DateTimeOffset Time(ClaimsPrincipal caller, string claim) =>
            DateTimeOffset.FromUnixTimeSeconds(long.Parse(caller.FindFirstValue(claim)!, System.Globalization.CultureInfo.InvariantCulture));
    }
}
