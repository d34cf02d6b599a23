namespace WebApp.Features.SecondFactors.Passkeys;

/// <summary><c>/account/passkeys</c></summary>
/// <param name="Passkeys">The user's own.</param>
/// <param name="Possible">False where the site has no name that passkeys could be tied to.</param>
public sealed record PasskeysPage(IReadOnlyList<PasskeyView> Passkeys, bool Possible)
{
    /// <summary>Whether there is room for one more.</summary>
    public bool HasRoom => Passkeys.Count < PasskeyDirectory.MaxCount;
}
