using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;

namespace WebApp.Features.SignIn.External;

/// <summary>An external login that belongs to no account yet: the browser that brought it may make an account of it, or link it to the account that it signs in to.</summary>
/// <param name="Identity">What the provider said.</param>
/// <param name="ReturnUrl">The path to go to afterwards; null for the account page.</param>
/// <param name="ExpiresAt">When it expires (UTC).</param>
public sealed record PendingExternalLogin(ExternalIdentity Identity, string? ReturnUrl, DateTimeOffset ExpiresAt);

/// <summary>Keeps a <see cref="PendingExternalLogin"/> in an encrypted cookie, so that only this browser has it. Nothing is stored for it.</summary>
public sealed class PendingExternalCookie(IDataProtectionProvider protection, IHostEnvironment environment, TimeProvider clock)
{
    /// <summary>How long it can be used: enough to register, to read the mail and to sign in.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(30);

    private const int MaxReturnUrl = 1000;

    private readonly IDataProtector protector = protection.CreateProtector("ExternalLogins.Pending");

    private bool Secure => !environment.IsDevelopment();

    private string Name => Secure ? "__Host-external" : "external";

    /// <summary>The pending login; null if the browser sent none, or one that has expired or was not made here.</summary>
    public PendingExternalLogin? Read(HttpContext context)
    {
        try
        {
            return context.Request.Cookies[Name] is { Length: > 0 } text
                && JsonSerializer.Deserialize<PendingExternalLogin>(protector.Unprotect(text)) is { } pending
                && pending.ExpiresAt > clock.GetUtcNow()
                    ? pending
                    : null;
        }
        catch (Exception failure) when (failure is CryptographicException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Sets the cookie; it replaces an earlier one.</summary>
    public void Write(HttpContext context, ExternalIdentity identity, string? returnUrl)
    {
        var pending = new PendingExternalLogin(identity, returnUrl is { Length: <= MaxReturnUrl } ? returnUrl : null, clock.GetUtcNow() + Lifetime);
        context.Response.Cookies.Append(Name, protector.Protect(JsonSerializer.Serialize(pending)), Attributes(pending.ExpiresAt));
    }

    /// <summary>Deletes the cookie.</summary>
    public void Remove(HttpContext context) => context.Response.Cookies.Delete(Name, Attributes(null));

    private CookieOptions Attributes(DateTimeOffset? expires) => new()
    {
        HttpOnly = true,
        Secure = Secure,
        SameSite = SameSiteMode.Lax,
        Path = "/",
        Expires = expires,
        IsEssential = true,
    };
}
