namespace WebApp.Features.Passwords;

/// <summary>bcrypt itself. Two libraries do it, with the same digests: <see cref="Libxcrypt"/> where the system has it, else <see cref="ManagedBcrypt"/>.</summary>
public interface IBcrypt
{
    /// <summary>Which library it is, and what that means, for the log.</summary>
    string Description { get; }

    /// <summary>Writes the digest of a key, in bcrypt's own base64.</summary>
    /// <param name="kind">2a, 2b or 2y.</param>
    /// <param name="workFactor">Binary logarithm of the rounds, 4 to 31.</param>
    /// <param name="salt">22 characters.</param>
    /// <param name="key">UTF-8 that ends in its only NUL. bcrypt reads the first 72 bytes.</param>
    /// <param name="digest">31 bytes.</param>
    /// <exception cref="ArgumentException">The kind is another, or the key is not as described.</exception>
    void Digest(string kind, int workFactor, string salt, ReadOnlySpan<byte> key, Span<byte> digest);
}
