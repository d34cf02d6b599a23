using System.Security.Cryptography;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace WebApp.Peers;

/// <summary>JwtBearer with refresh tokens that rotate in a table by EF Core, as tutorials write it: read the row and its user, revoke it, add the next, save.</summary>
internal static class RotationApplication
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(7);

    public static async Task<WebApplication> BuildAsync(WebApplicationBuilder builder)
    {
        PeerDatabase.AddTo(builder);
        builder.Services.AddIdentityCore<IdentityUser>().AddEntityFrameworkStores<PeerDatabase>();
        builder.Services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddJwtBearer(options => options.TokenValidationParameters = AccessToken.Validation);
        builder.Services.AddAuthorization();
        var app = builder.Build();
        await PeerDatabase.CreateAsync(app);
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapPost("/login", LoginAsync);
        app.MapPost("/refresh", RefreshAsync);
        return app;
    }

    // The password is not what is measured here.
    private static async Task<Tokens> LoginAsync(UserManager<IdentityUser> users, PeerDatabase database)
    {
        var email = $"{Guid.NewGuid():N}@example.org";
        var user = new IdentityUser(email) { Email = email };
        await users.CreateAsync(user);
        var refresh = NewToken(user.Id);
        database.RefreshTokens.Add(refresh);
        await database.SaveChangesAsync();
        return new(AccessToken.Create(user.Id, email), refresh.Token);
    }

    private static async Task<IResult> RefreshAsync(RefreshRequest request, PeerDatabase database)
    {
        var token = await database.RefreshTokens.Include(found => found.User).SingleOrDefaultAsync(found => found.Token == request.RefreshToken);
        if (token is null || token.Revoked is not null || token.Expires <= DateTime.UtcNow)
        {
            return Results.Unauthorized();
        }

        var next = NewToken(token.UserId);
        token.Revoked = DateTime.UtcNow;
        token.ReplacedByToken = next.Token;
        database.RefreshTokens.Add(next);
        await database.SaveChangesAsync();
        return Results.Ok(new Tokens(AccessToken.Create(token.UserId, token.User!.Email!), next.Token));
    }

    private static RefreshToken NewToken(string userId)
    {
        var now = DateTime.UtcNow;
        return new() { Token = Convert.ToBase64String(RandomNumberGenerator.GetBytes(64)), UserId = userId, Created = now, Expires = now + Lifetime };
    }

    private sealed record RefreshRequest(string RefreshToken);

    private sealed record Tokens(string AccessToken, string RefreshToken);
}
