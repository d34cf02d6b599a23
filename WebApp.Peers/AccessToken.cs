using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace WebApp.Peers;

/// <summary>An access token by HS256 with the claims that WebApp's have, made and validated by the framework's libraries.</summary>
internal static class AccessToken
{
    private const string Issuer = "https://accounts.example.org";
    private const string Audience = "webapp";

    private const string KeyVariable = "PEER_KEY";

    // The same for every process of a run, so that one may be asked with a token of another.
    private static readonly SymmetricSecurityKey Key = new(Convert.FromBase64String(Environment.GetEnvironmentVariable(KeyVariable)!));
    private static readonly SigningCredentials Signing = new(Key, SecurityAlgorithms.HmacSha256);
    private static readonly JsonWebTokenHandler Handler = new();
    private static readonly string[] Methods = ["pwd"];

    /// <summary>As the documentation has it: issuer, audience, time and key are checked.</summary>
    public static TokenValidationParameters Validation { get; } = new() { ValidIssuer = Issuer, ValidAudience = Audience, IssuerSigningKey = Key };

    public static string Create(string userId, string email) => Handler.CreateToken(new SecurityTokenDescriptor
    {
        Issuer = Issuer,
        Audience = Audience,
        Expires = DateTime.UtcNow.AddHours(1),
        SigningCredentials = Signing,
        Claims = new Dictionary<string, object>
        {
            ["sub"] = userId,
            ["email"] = email,
            ["jti"] = Guid.CreateVersion7().ToString(),
            ["sid"] = Guid.CreateVersion7().ToString(),
            ["role"] = "user",
            ["amr"] = Methods,
            ["auth_time"] = DateTimeOffset.UtcNow.ToUnixTimeSeconds(),
        },
    });
}
