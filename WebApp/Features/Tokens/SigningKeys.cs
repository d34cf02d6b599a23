using System.Text;
using Microsoft.Extensions.Options;

namespace WebApp.Features.Tokens;

/// <summary>Brings the keys into the ring: from the configuration, or, where it has none, the managed ones from the database.</summary>
public sealed class SigningKeys(
    SigningKeyRing ring, SigningKeyStore store, IOptions<TokenOptions> options, TimeProvider time, ILogger<SigningKeys> log) : IDisposable
{
    /// <summary>An invented <c>kid</c> costs the database at most one look in this time, however many are sent.</summary>
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim turn = new(1);
    private readonly Lock gate = new();
    private Task look = Task.CompletedTask;
    private DateTimeOffset lookedAt = DateTimeOffset.MinValue;

    /// <summary>Whether keys are kept in the database and rotated; otherwise they are the configuration's.</summary>
    public bool AreManaged => options.Value.SigningKeys.Count == 0;

    /// <summary>Reads the keys again: at start, and when another node has changed them. Keeps the old set where it fails.</summary>
    public Task ReloadAsync(CancellationToken cancel) =>
        ReplaceAsync(() => AreManaged ? store.LoadAsync(time.GetUtcNow(), cancel) : Task.FromResult(Configured()), cancel);

    /// <summary>Makes the first key, announces a successor when it is time for one, and reloads.</summary>
    public Task MaintainAsync(CancellationToken cancel) => AreManaged ? ApplyAsync(rotate: false, cancel) : ReloadAsync(cancel);

    /// <summary>
    /// Announces a successor now; it takes over after <see cref="SigningKeySchedule.ShortNotice"/>. Tokens under the old key stay good.
    /// False where the keys are the configuration's, to be changed there.
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
    /// After a token named a key this node does not know: reloads, unless that was done a moment ago. Callers meanwhile share the
    /// one reload. Read the token again afterwards. Throws where the database does not answer: the key may be good.
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

    /// <summary>One at a time, so that what was read earlier never takes the place of what was read later.</summary>
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

    /// <summary>The first signs; the others only verify, so their turn never comes.</summary>
    private IReadOnlyList<SigningKey> Configured() =>
        [.. options.Value.SigningKeys.Select((key, n) => new SigningKey(
            key.Id, Encoding.UTF8.GetBytes(key.Secret), n == 0 ? DateTimeOffset.MinValue : DateTimeOffset.MaxValue, retiresAt: null))];
}

/// <summary>Holds the set of keys in force; a reload puts another in its place at one stroke.</summary>
public sealed class SigningKeyRing
{
    private SigningKeySet? current;

    /// <summary>A ring not yet loaded.</summary>
    public SigningKeyRing()
    {
    }

    /// <summary>A ring with its first set.</summary>
    public SigningKeyRing(SigningKeySet keys) => Replace(keys);

    /// <summary>The set in force. Throws before the first was loaded: nothing can be signed or verified then.</summary>
    public SigningKeySet Current => Volatile.Read(ref current) ?? throw new InvalidOperationException("The signing keys are not loaded yet.");

    /// <summary>Puts another set in force.</summary>
    public void Replace(SigningKeySet keys) => Volatile.Write(ref current, keys);
}
