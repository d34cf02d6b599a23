namespace WebApp.Features.Verification;

/// <summary>What is particular about a one-time secret.</summary>
public sealed record SecretTerms
{
    /// <summary>The usual: bound to nothing, about the account's own address.</summary>
    public static readonly SecretTerms Usual = new();

    /// <summary>The step it belongs to: the pending sign-in or session it is good for, or who asked for it.</summary>
    public Guid? BoundTo { get; init; }

    /// <summary>The address it speaks of.</summary>
    public string? Address { get; init; }

    /// <summary>How many digits its code has: eight, or six where guesses are limited for the account as well.</summary>
    public int CodeDigits { get; init; } = 8;
}
