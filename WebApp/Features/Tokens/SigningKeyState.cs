namespace WebApp.Features.Tokens;

/// <summary>Where in its life a signing key is.</summary>
public enum SigningKeyState
{
    /// <summary>Every node knows it; it does not sign yet.</summary>
    Announced,

    /// <summary>It signs.</summary>
    Signing,

    /// <summary>It signs no more; what it signed is still good.</summary>
    Verifying,

    /// <summary>Nothing it signed is good any more.</summary>
    Retired,
}
