namespace WebApp.Hosting.Transport;

/// <summary>Why a request is refused for the way it came, whatever it asks for. Kept with the request, so that page and problem can say it.</summary>
/// <param name="Status">The status.</param>
/// <param name="Title">What is wrong, in a few words.</param>
/// <param name="Advice">What to do about it.</param>
public sealed record TransportRefusal(int Status, string Title, string Advice)
{
    /// <summary>Sent over plain HTTP: what it carried may have been read on its way.</summary>
    public static readonly TransportRefusal PlainHttp = new(
        StatusCodes.Status403Forbidden,
        "This must be sent over HTTPS",
        "It came unencrypted, so nothing was done with it. Begin again at the site's https:// address; what you typed may have been read on its way.");

    /// <summary>Meant for another site (RFC 9110 15.5.20).</summary>
    public static readonly TransportRefusal OtherHost = new(
        StatusCodes.Status421MisdirectedRequest,
        "This address is not ours",
        "We answer under another name. If you run this site: a proxy must pass the Host header on, and other names belong into AllowedHosts.");
}
