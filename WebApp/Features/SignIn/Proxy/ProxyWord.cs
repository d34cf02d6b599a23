namespace WebApp.Features.SignIn.Proxy;

/// <summary>What a request's proxy says of who is there.</summary>
public abstract record ProxyWord
{
    private ProxyWord()
    {
    }

    /// <summary>Nothing that counts: header sign-in is off, the peer is not trusted, or nobody is named.</summary>
    /// <param name="Reason">Why, for people.</param>
    public sealed record Silent(string Reason) : ProxyWord;

    /// <summary>Something that cannot be meant: sent twice, a list, no plain text. Nobody is let in, and nothing else is done for such a request.</summary>
    /// <param name="Reason">Why, for people.</param>
    public sealed record Unreadable(string Reason) : ProxyWord;

    /// <summary>Somebody.</summary>
    /// <param name="Name">As the proxy names them.</param>
    /// <param name="Email">The address it gives besides, where it can be one.</param>
    public sealed record Named(string Name, string? Email) : ProxyWord;
}
