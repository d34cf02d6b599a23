using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using WebApp.Platform.Data;

namespace WebApp.Features.Passwords;

/// <summary>Makes and compares password hashes, on the calling thread. Everyone but the queue calls <see cref="PasswordHashing"/>.</summary>
/// <remarks>
/// What is not the password costs what the configured work factor costs, whatever is stored: nothing, garbage, or a
/// cheaper hash. Otherwise the time would tell which accounts exist. An imported hash that is dearer stays dearer, and a PBKDF2
/// one adds its own time, until its owner signs in and gets a new one.
/// </remarks>
public sealed class PasswordHasher(IOptions<PasswordOptions> options, IBcrypt? library = null)
{
    /// <summary>What dummy work is done on: fixed, because nothing is learnt from its result.</summary>
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
    /// <param name="storedHash">Null or empty where there is no account or it has no password.</param>
    /// <param name="password">Whatever was sent.</param>
    /// <remarks>
    /// One password has several encodings: a Mac types é as two characters, Windows as one. The composed form is compared first; then, for hashes
    /// of before that was so, the text as it was typed.
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

        // 2^c + (2^c + 2^(c+1) + … + 2^(w-1)) = 2^w: a cheap hash is made as dear as ours.
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

/// <summary>What comparing a password with a stored hash showed.</summary>
public enum PasswordVerdict
{
    /// <summary>Not the password, or there is no account.</summary>
    Wrong,

    /// <summary>The password.</summary>
    Right,

    /// <summary>The password, but its hash is of an older kind or cost: store a new one.</summary>
    RightButOutdated,
}

/// <summary>The one way to hash or compare a password: one thread a core, a bounded queue before them.</summary>
public sealed class PasswordHashing(PasswordHasher hasher, IOptions<PasswordOptions> options, TimeProvider time, ILogger<PasswordHashing> logger)
    : IDisposable
{
    private readonly HashingThreads threads = new(Environment.ProcessorCount, options.Value.QueueLength, time, logger);

    /// <summary>Hashes a password that has passed the policy.</summary>
    /// <exception cref="ArgumentException">It is longer than 256 UTF-16 units or not well-formed Unicode.</exception>
    /// <exception cref="HashingQueueFullException">Too many wait; answer 503.</exception>
    public Task<string> HashAsync(string password, CancellationToken cancellationToken)
    {
        PasswordText.ThrowIfUnusable(password);
        return threads.RunAsync(() => hasher.Hash(password), cancellationToken);
    }

    /// <summary>Compares a password with a stored hash; costs the same for an account that does not exist.</summary>
    /// <param name="storedHash">Null where there is no account or it has no password.</param>
    /// <param name="password">Whatever was sent, of any length.</param>
    /// <param name="cancellationToken">The caller no longer waits: the work is skipped if not begun.</param>
    /// <exception cref="HashingQueueFullException">Too many wait; answer 503.</exception>
    public Task<PasswordVerdict> VerifyAsync(string? storedHash, string password, CancellationToken cancellationToken) =>
        threads.RunAsync(() => hasher.Verify(storedHash, password), cancellationToken);

    /// <summary>Ends the threads.</summary>
    public void Dispose() => threads.Dispose();
}

/// <summary>Stands where Identity's UserManager wants a hasher, so that no call of it gets round the queue.</summary>
internal sealed class RefusingPasswordHasher : IPasswordHasher<User>
{
    private const string Reason = "Passwords are hashed by PasswordHashing alone: UserManager would do it on the request's thread, past the bounded queue.";

    public string HashPassword(User user, string password) => throw new NotSupportedException(Reason);

    public PasswordVerificationResult VerifyHashedPassword(User user, string hashedPassword, string providedPassword) =>
        throw new NotSupportedException(Reason);
}
