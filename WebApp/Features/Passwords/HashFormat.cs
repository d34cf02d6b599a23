namespace WebApp.Features.Passwords;

/// <summary>The bcrypt formats that are read. Only the first is written.</summary>
internal enum HashFormat
{
    /// <summary>passlib's <c>$bcrypt-sha256$v=2,t=2b,r=12$salt$digest</c>: bcrypt(base64(HMAC-SHA256(salt, password))).</summary>
    BcryptSha256V2,

    /// <summary>passlib's <c>$bcrypt-sha256$2b,12$salt$digest</c>: bcrypt(base64(SHA-256(password))).</summary>
    BcryptSha256V1,

    /// <summary><c>$2b$12$saltdigest</c>: bcrypt of the first 72 bytes.</summary>
    Bcrypt,
}
