using System.Text;
using Microsoft.Extensions.Options;

namespace WebApp.Features.Tokens;

/// <summary>Loads the keys into the ring: from the configuration or, if it has none, the managed ones from the database.</summary>
public sealed class SigningKeys(
    SigningKeyRing ring, SigningKeyStore store, IOptions<TokenOptions> options, TimeProvider time, ILogger<SigningKeys> log) : IDisposable
{
    /// <summary>The minimum time between two database queries for unknown keys, however many invented <c>kid</c> values are sent.</summary>
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim turn = new(1);
    private readonly Lock gate = new();
    private Task look = Task.CompletedTask;
    private DateTimeOffset lookedAt = DateTimeOffset.MinValue;

    /// <summary>Whether keys are stored in the database and rotated; otherwise they come from the configuration.</summary>
    public bool AreManaged => options.Value.SigningKeys.Count == 0;

    /// <summary>Reads the keys again: at start, and when another node has changed them. Keeps the old set if it fails.</summary>
    public Task ReloadAsync(CancellationToken cancel) =>
        ReplaceAsync(() => AreManaged ? store.LoadAsync(time.GetUtcNow(), cancel) : Task.FromResult(Configured()), cancel);

    /// <summary>Creates the first key, announces a successor when one is due, and reloads.</summary>
    public Task MaintainAsync(CancellationToken cancel) => AreManaged ? ApplyAsync(rotate: false, cancel) : ReloadAsync(cancel);

    /// <summary>
    /// Announces a successor now; it becomes active after <see cref="SigningKeySchedule.ShortNotice"/>. Tokens of the old key stay valid. Returns false if
    /// the keys come from the configuration and must be changed there.
    /// </summary>
    public async Task<bool> RotateAsync(CancellationToken cancel)
    {
        if (AreManaged)
        {
            await ApplyAsync(rotate: true, cancel);
        }

        return AreManaged;
    }

    /// <summary>
    /// Called after a token named a key this node does not know: reloads, unless that was done a moment ago. Concurrent callers share one reload. Read the
    /// token again afterwards. Throws if the database does not answer: the key may be valid.
    /// </summary>
    public Task LookForUnknownKeyAsync(CancellationToken cancel)
    {
        if (!AreManaged)
        {
            return Task.CompletedTask;
        }

        lock (gate)
        {
            var now = time.GetUtcNow();
            if (look.IsCompleted && (now - lookedAt >= LookInterval || now < lookedAt))
            {
                lookedAt = now;
                look = ReloadAsync(CancellationToken.None);
            }

            return look.WaitAsync(cancel);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => turn.Dispose();

    private Task ApplyAsync(bool rotate, CancellationToken cancel) =>
        ReplaceAsync(() => store.ApplyAsync(time.GetUtcNow(), rotate, cancel), cancel);

    /// <summary>One at a time, so that older data never replaces newer data.</summary>
    private async Task ReplaceAsync(Func<Task<IReadOnlyList<SigningKey>>> load, CancellationToken cancel)
    {
        await turn.WaitAsync(cancel);
        try
        {
            var keys = await load();
            ring.Replace(new(keys));
            log.SigningKeysLoaded(keys.Count);
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>The first key signs; the others only verify, so they never become active.</summary>
    private IReadOnlyList<SigningKey> Configured() =>
        [.. options.Value.SigningKeys.Select((key, n) => new SigningKey(
            key.Id, Encoding.UTF8.GetBytes(key.Secret), n == 0 ? DateTimeOffset.MinValue : DateTimeOffset.MaxValue, retiresAt: null))];
}

/// <summary>Holds the current set of keys; a reload replaces it atomically.</summary>
public sealed class SigningKeyRing
{
    private SigningKeySet? current;

    /// <summary>A ring that is not loaded yet.</summary>
    public SigningKeyRing()
    {
    }

    /// <summary>A ring with its first set.</summary>
    public SigningKeyRing(SigningKeySet keys) => Replace(keys);

    /// <summary>The current set. Throws before the first one was loaded: nothing can be signed or verified then.</summary>
    public SigningKeySet Current => Volatile.Read(ref current) ?? throw new InvalidOperationException("The signing keys are not loaded yet.");

    /// <summary>Replaces the current set.</summary>
    public void Replace(SigningKeySet keys) => Volatile.Write(ref current, keys);
}
