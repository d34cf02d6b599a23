namespace WebApp.Features.Passwords;

/// <summary>Which password hashes made elsewhere can be taken over.</summary>
public static class KnownHash
{
    /// <summary>
    /// Whether <see cref="PasswordHasher"/> compares a text as a hash: bcrypt (<c>$2a$</c>, <c>$2b$</c>, <c>$2y$</c>), passlib's bcrypt-sha256, ASP.NET Core
    /// Identity's PBKDF2 (versions 2 and 3) or Django's <c>pbkdf2_sha256</c>, each within the cost this machine could be asked to bear.
    /// </summary>
    public static bool Is(string text) => StoredHash.TryParse(text, out _) || DjangoHash.IsWellFormed(text) || IdentityHash.IsWellFormed(text);
}
