namespace WebApp.Features.Tokens;

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
