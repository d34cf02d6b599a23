namespace WebApp.Platform.Http.Transport;

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

    /// <summary>More cookies than are read (RFC 6585 5): other sites of the domain may have set them.</summary>
    public static readonly TransportRefusal TooManyCookies = new(
        StatusCodes.Status431RequestHeaderFieldsTooLarge,
        "Your browser sends too many cookies",
        "Delete the cookies of this site in your browser's settings, then load the page again. You will have to sign in again.");

    /// <summary>Meant for another site (RFC 9110 15.5.20).</summary>
    public static readonly TransportRefusal OtherHost = new(
        StatusCodes.Status421MisdirectedRequest,
        "This address is not ours",
        "We answer under another name. If you run this site: a proxy must pass the Host header on, and other names belong into AllowedHosts.");
}
