namespace WebApp.Tokens;

/// <summary>What a changed client (User-Agent family, IP prefix) means for a refresh. A signal, never a proof of possession.</summary>
public enum TokenBinding
{
    /// <summary>Not looked at.</summary>
    Off,

    /// <summary>Recorded, and may alert.</summary>
    Monitor,

    /// <summary>A changed User-Agent is refused; a changed IP prefix needs a new sign-in.</summary>
    Enforce,
}
