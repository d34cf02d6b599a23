namespace WebApp.Platform.Http.Client;

/// <summary>
/// What it means that a session's client changed: its User-Agent family or its IP prefix. A signal, never a proof of possession: whoever copies a
/// key can copy a header too.
/// </summary>
public enum ClientBinding
{
    /// <summary>Not looked at.</summary>
    Off,

    /// <summary>Recorded, and may alert; nothing is refused.</summary>
    Monitor,

    /// <summary>Another User-Agent family ends the session; another IP prefix is refused and needs a sign-in there, and the session lives on where it was.</summary>
    Enforce,
}
