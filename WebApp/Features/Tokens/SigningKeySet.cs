using System.Buffers;
using System.Buffers.Text;
using System.Collections.Immutable;
using System.Text;

namespace WebApp.Features.Tokens;

/// <summary>The keys that a node knows at one moment. Immutable.</summary>
public sealed class SigningKeySet
{
    private readonly ImmutableArray<SigningKey> keys;

    /// <summary>Throws if there is no key. Keys that become active at the same time are ordered by id.</summary>
    public SigningKeySet(IEnumerable<SigningKey> keys)
    {
        this.keys = [.. keys.OrderBy(key => key.ActivatesAt).ThenBy(key => key.Id, StringComparer.Ordinal)];
        if (this.keys.IsEmpty)
        {
            throw new ArgumentException("No signing key.", nameof(keys));
        }
    }

    /// <summary>Every key, ordered by the time it becomes active.</summary>
    public IReadOnlyList<SigningKey> Keys => keys;

    /// <summary>
    /// The key that signs tokens issued at a time, in whole seconds as in tokens: the last one that is active by then, or the first one for an earlier
    /// time.
    /// </summary>
    public SigningKey KeyAt(DateTimeOffset issuedAt)
    {
        var second = DateTimeOffset.FromUnixTimeSeconds(issuedAt.ToUnixTimeSeconds());
        for (var i = keys.Length - 1; i > 0; i--)
        {
            if (keys[i].ActivatesAt <= second)
            {
                return keys[i];
            }
        }

        return keys[0];
    }

    /// <summary>The key with this <c>kid</c>, including announced and retired ones; null if it is unknown.</summary>
    public SigningKey? Find(ReadOnlySpan<char> keyId)
    {
        foreach (var key in keys)
        {
            if (keyId.SequenceEqual(key.Id))
            {
                return key;
            }
        }

        return null;
    }

    /// <summary>The key whose header for this kind of token is this text. No header is parsed to find it.</summary>
    internal SigningKey? FindByHeader(ReadOnlySpan<byte> header, TokenKind kind)
    {
        foreach (var key in keys)
        {
            if (header.SequenceEqual(key.Header(kind)))
            {
                return key;
            }
        }

        return null;
    }
}

/// <summary>An HS256 key with its validity times and the prepared header texts of the tokens it signs.</summary>
public sealed class SigningKey
{
    private static readonly SearchValues<char> IdCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-");

    private readonly KeyedHash hash;
    private readonly byte[][] headers;

    /// <summary>Copies <paramref name="secret"/> (at least 32 bytes). Throws if the id is not valid by <see cref="IsKeyId"/>.</summary>
    public SigningKey(string id, ReadOnlySpan<byte> secret, DateTimeOffset activatesAt, DateTimeOffset? retiresAt)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(secret.Length, 32, nameof(secret));
        if (!IsKeyId(id))
        {
            throw new ArgumentException("Not a key id.", nameof(id));
        }

        (Id, ActivatesAt, RetiresAt) = (id, activatesAt, retiresAt);
        hash = new(secret.ToArray());
        headers = [.. Enum.GetValues<TokenKind>().Select(kind => Encode(TokenHeader.Json(kind, id)))];
    }

    /// <summary>The <c>kid</c>.</summary>
    public string Id { get; }

    /// <summary>When it starts to sign (UTC).</summary>
    public DateTimeOffset ActivatesAt { get; }

    /// <summary>When it stops verifying (UTC); null if not decided yet.</summary>
    public DateTimeOffset? RetiresAt { get; }

    /// <summary>Whether a text may be a <c>kid</c>: 1 to 64 characters that JSON and logs write unchanged.</summary>
    public static bool IsKeyId(ReadOnlySpan<char> text) => text.Length is > 0 and <= 64 && !text.ContainsAnyExcept(IdCharacters);

    /// <summary>Hides the key.</summary>
    public override string ToString() => $"signing key {Id}";

    /// <summary>The encoded header of a token of this kind, up to the first dot.</summary>
    internal ReadOnlySpan<byte> Header(TokenKind kind) => headers[(int)kind];

    /// <summary>The 32 bytes of the signature over <paramref name="signed"/>.</summary>
    internal void Sign(ReadOnlySpan<byte> signed, Span<byte> signature) => hash.Compute(signed, signature);

    private static byte[] Encode(string header) => Base64Url.EncodeToUtf8(Encoding.ASCII.GetBytes(header));
}

/// <summary>The state of a signing key.</summary>
public enum SigningKeyState
{
    /// <summary>Every node knows it; it does not sign yet.</summary>
    Announced,

    /// <summary>It signs.</summary>
    Signing,

    /// <summary>It no longer signs; tokens it signed are still valid.</summary>
    Verifying,

    /// <summary>Tokens it signed are no longer valid.</summary>
    Retired,
}
