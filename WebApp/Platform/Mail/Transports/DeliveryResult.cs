namespace WebApp.Platform.Mail.Transports;

/// <summary>What became of handing one mail over.</summary>
public abstract record DeliveryResult
{
    private DeliveryResult()
    {
    }

    /// <summary>It is somebody else's now.</summary>
    public sealed record Accepted : DeliveryResult;

    /// <summary>It was not taken.</summary>
    /// <param name="Reason">Why, in the server's words where it gave any. May quote addresses.</param>
    public abstract record Failure(string Reason) : DeliveryResult;

    /// <summary>Not now: trying again may help.</summary>
    /// <param name="Reason">Why.</param>
    /// <param name="Disconnected">Whether the server ended the connection: a kept one may have been closed long before.</param>
    public sealed record Deferred(string Reason, bool Disconnected = false) : Failure(Reason);

    /// <summary>Never: the server knows the recipient or the mail to be unacceptable.</summary>
    public sealed record Refused(string Reason) : Failure(Reason);
}
