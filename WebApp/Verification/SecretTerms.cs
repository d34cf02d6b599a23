namespace WebApp.Verification;

/// <summary>What is particular about a one-time secret.</summary>
public sealed record SecretTerms
{
    /// <summary>The usual: on its own, replacing its predecessors.</summary>
    public static readonly SecretTerms Usual = new();

    /// <summary>The pending sign-in or session it is good for, or who asked for it.</summary>
    public Guid? BoundTo { get; init; }

    /// <summary>The address it speaks of.</summary>
    public string? Address { get; init; }

    /// <summary>Whether live secrets of the same purpose stay good.</summary>
    public bool KeepOthers { get; init; }

    /// <summary>Whether live secrets of the same purpose stay good that are bound to something else.</summary>
    public bool KeepBoundElsewhere { get; init; }

    /// <summary>How many digits its code has: eight, or six where guesses are limited for the account as well.</summary>
    public int CodeDigits { get; init; } = 8;
}
