using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using WebApp.Platform.Data;

namespace WebApp.Features.Passwords;

/// <summary>Creates and compares password hashes, on the calling thread. Only the queue uses it; all other code calls <see cref="PasswordHashing"/>.</summary>
/// <remarks>
/// A wrong password costs the time of the configured work factor, whatever is stored: nothing, invalid data, or a cheaper hash. Otherwise the time would
/// show which accounts exist. An imported hash with a higher cost keeps it, and a PBKDF2 hash adds its own time, until its owner signs in and gets a new
/// one.
/// </remarks>
public sealed class PasswordHasher(IOptions<PasswordOptions> options, IBcrypt? library = null)
{
    /// <summary>The salt for dummy work: fixed, because the result is not used.</summary>
    private const string DummySalt = "CCCCCCCCCCCCCCCCCCCCC.";

    private readonly IBcrypt bcrypt = library ?? Bcrypt.Library;

    private int WorkFactor => options.Value.WorkFactor;

    /// <summary>Hashes a password in its composed form (NFC) as bcrypt-sha256, version 2.</summary>
    /// <exception cref="ArgumentException">It is longer than 256 UTF-16 units or not well-formed Unicode.</exception>
    public string Hash(string password)
    {
        PasswordText.ThrowIfUnusable(password);
        Span<byte> bytes = stackalloc byte[PasswordText.MaxBytes];
        PasswordText.TryEncode(PasswordText.Compose(password), bytes, out var length);
        Span<byte> digest = stackalloc byte[Bcrypt.DigestLength];
        var salt = Bcrypt.NewSalt();
        TryDigest(HashFormat.BcryptSha256V2, "2b", WorkFactor, salt, bytes[..length], digest);
        CryptographicOperations.ZeroMemory(bytes);
        return new StoredHash(HashFormat.BcryptSha256V2, "2b", WorkFactor, salt, Encoding.ASCII.GetString(digest)).ToStorage();
    }

    /// <summary>Compares a password with a stored hash of any known format.</summary>
    /// <param name="storedHash">Null or empty if there is no account or it has no password.</param>
    /// <param name="password">The text as sent.</param>
    /// <remarks>
    /// One password has several encodings: a Mac types é as two characters, Windows as one. The composed form is compared first. For hashes from before
    /// this rule, the text as typed is compared next.
    /// </remarks>
    public PasswordVerdict Verify(string? storedHash, string password)
    {
        var composed = PasswordText.Compose(password);
        var verdict = VerifyExactly(storedHash, composed);
        return verdict != PasswordVerdict.Wrong || composed == password ? verdict
            : VerifyExactly(storedHash, password) == PasswordVerdict.Wrong ? PasswordVerdict.Wrong
            : PasswordVerdict.RightButOutdated;
    }

    private PasswordVerdict VerifyExactly(string? storedHash, string password)
    {
        Span<byte> bytes = stackalloc byte[PasswordText.MaxBytes];
        var usable = PasswordText.TryEncode(password, bytes, out var length);
        if (usable && storedHash is not null && StoredHash.TryParse(storedHash, out var stored))
        {
            var verdict = Verify(stored, bytes[..length]);
            CryptographicOperations.ZeroMemory(bytes);
            return verdict;
        }

        var isDjangos = usable && storedHash is not null && DjangoHash.IsWellFormed(storedHash) && DjangoHash.Verify(storedHash, bytes[..length]);
        CryptographicOperations.ZeroMemory(bytes);
        if (isDjangos)
        {
            return PasswordVerdict.RightButOutdated;
        }

        if (usable && storedHash is not null && IdentityHash.IsWellFormed(storedHash) && IdentityHash.Verify(storedHash, password))
        {
            return PasswordVerdict.RightButOutdated;
        }

        Spend(WorkFactor);
        return PasswordVerdict.Wrong;
    }

    private PasswordVerdict Verify(StoredHash stored, ReadOnlySpan<byte> password)
    {
        Span<byte> digest = stackalloc byte[Bcrypt.DigestLength];
        if (!TryDigest(stored.Format, stored.Kind, stored.WorkFactor, stored.Salt, password, digest))
        {
            Spend(WorkFactor);
            return PasswordVerdict.Wrong;
        }

        if (CryptographicOperations.FixedTimeEquals(digest, Encoding.ASCII.GetBytes(stored.Digest)))
        {
            return stored.Format == HashFormat.BcryptSha256V2 && stored.WorkFactor == WorkFactor
                ? PasswordVerdict.Right
                : PasswordVerdict.RightButOutdated;
        }

        // 2^c + (2^c + 2^(c+1) + … + 2^(w-1)) = 2^w: a cheap hash costs as much as the configured one.
        for (var step = stored.WorkFactor; step < WorkFactor; step++)
        {
            Spend(step);
        }

        return PasswordVerdict.Wrong;
    }

    private void Spend(int workFactor) =>
        TryDigest(HashFormat.BcryptSha256V2, "2b", workFactor, DummySalt, [], stackalloc byte[Bcrypt.DigestLength]);

    private bool TryDigest(HashFormat format, string kind, int workFactor, string salt, ReadOnlySpan<byte> password, Span<byte> digest)
    {
        Span<byte> key = stackalloc byte[BcryptKey.MaxLength];
        var length = BcryptKey.Write(format, salt, password, key);
        if (length == 0)
        {
            return false;
        }

        bcrypt.Digest(kind, workFactor, salt, key[..length], digest);
        CryptographicOperations.ZeroMemory(key);
        return true;
    }
}

/// <summary>The result of comparing a password with a stored hash.</summary>
public enum PasswordVerdict
{
    /// <summary>The password is wrong, or there is no account.</summary>
    Wrong,

    /// <summary>The password is right.</summary>
    Right,

    /// <summary>The password is right, but its hash has an older format or cost: store a new one.</summary>
    RightButOutdated,
}

/// <summary>The only way to hash or compare a password: one thread per core, with a bounded queue.</summary>
public sealed class PasswordHashing(PasswordHasher hasher, IOptions<PasswordOptions> options, TimeProvider time, ILogger<PasswordHashing> logger)
    : IDisposable
{
    private readonly HashingThreads threads = new(Environment.ProcessorCount, options.Value.QueueLength, time, logger);

    /// <summary>Hashes a password that the policy has accepted.</summary>
    /// <exception cref="ArgumentException">It is longer than 256 UTF-16 units or not well-formed Unicode.</exception>
    /// <exception cref="HashingQueueFullException">Too many jobs wait; answer 503.</exception>
    public Task<string> HashAsync(string password, CancellationToken cancellationToken)
    {
        PasswordText.ThrowIfUnusable(password);
        return threads.RunAsync(() => hasher.Hash(password), cancellationToken);
    }

    /// <summary>Compares a password with a stored hash; costs the same if the account does not exist.</summary>
    /// <param name="storedHash">Null if there is no account or it has no password.</param>
    /// <param name="password">The text as sent, of any length.</param>
    /// <param name="cancellationToken">The caller no longer waits: the work is skipped if it has not begun.</param>
    /// <exception cref="HashingQueueFullException">Too many jobs wait; answer 503.</exception>
    public Task<PasswordVerdict> VerifyAsync(string? storedHash, string password, CancellationToken cancellationToken) =>
        threads.RunAsync(() => hasher.Verify(storedHash, password), cancellationToken);

    /// <summary>Ends the threads.</summary>
    public void Dispose() => threads.Dispose();
}

/// <summary>The hasher for Identity's UserManager. It refuses, so that no call bypasses the queue.</summary>
internal sealed class RefusingPasswordHasher : IPasswordHasher<User>
{
    private const string Reason = "Passwords are hashed by PasswordHashing alone: UserManager would do it on the request's thread, past the bounded queue.";

    public string HashPassword(User user, string password) => throw new NotSupportedException(Reason);

    public PasswordVerificationResult VerifyHashedPassword(User user, string hashedPassword, string providedPassword) =>
        throw new NotSupportedException(Reason);
}
