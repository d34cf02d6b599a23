using System.Text;

namespace WebApp.Features.Passwords;

/// <summary>bcrypt by BCrypt.Net-Next, on any system that runs .NET.</summary>
public sealed class ManagedBcrypt : IBcrypt
{
    /// <inheritdoc/>
    public string Description => "BCrypt.Net, which takes about a third longer than libxcrypt (Debian and Ubuntu: libcrypt1; Fedora and Arch: libxcrypt-compat)";

    /// <inheritdoc/>
    public void Digest(string kind, int workFactor, string salt, ReadOnlySpan<byte> key, Span<byte> digest)
    {
        // The library takes $2x$ without a word, and text alone, which it writes as UTF-8 again.
        Bcrypt.ThrowIfUnusable(kind, key);
        var hash = BCrypt.Net.BCrypt.HashPassword(Encoding.UTF8.GetString(key[..^1]), Bcrypt.Setting(kind, workFactor, salt));
        Encoding.ASCII.GetBytes(hash.AsSpan(hash.Length - Bcrypt.DigestLength), digest);
    }
}
