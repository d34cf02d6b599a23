using Microsoft.Extensions.Options;

namespace WebApp.Features.Passwords;

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
