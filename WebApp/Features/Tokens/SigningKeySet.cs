using System.Collections.Immutable;

namespace WebApp.Features.Tokens;

/// <summary>The keys a node knows at one moment. Immutable.</summary>
public sealed class SigningKeySet
{
    private readonly ImmutableArray<SigningKey> keys;

    /// <summary>Throws where there is no key. Those that become active at the same instant are taken in the order of their ids.</summary>
    public SigningKeySet(IEnumerable<SigningKey> keys)
    {
        this.keys = [.. keys.OrderBy(key => key.ActivatesAt).ThenBy(key => key.Id, StringComparer.Ordinal)];
        if (this.keys.IsEmpty)
        {
            throw new ArgumentException("No signing key.", nameof(keys));
        }
    }

    /// <summary>Every key, by the instant it becomes active.</summary>
    public IReadOnlyList<SigningKey> Keys => keys;

    /// <summary>
    /// The key that signs what is issued at an instant, in whole seconds as tokens say it: the last one active by then, or the first
    /// of all for a time before any.
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

    /// <summary>The key with this <c>kid</c>, announced and retired ones included; null if it is not known.</summary>
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

    /// <summary>The key whose header, for this kind of token, is this text. No header is parsed to find it.</summary>
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
