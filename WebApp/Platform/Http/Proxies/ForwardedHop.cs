using System.Net;

namespace WebApp.Platform.Http.Proxies;

/// <summary>One entry of <c>X-Forwarded-For</c> that was looked at.</summary>
/// <param name="Text">As sent, without surrounding blanks.</param>
/// <param name="Address">What it says; null where it is no address.</param>
/// <param name="Trusted">Whether that is one of our proxies, so that the entry left of it was looked at too.</param>
public sealed record ForwardedHop(string Text, IPAddress? Address, bool Trusted);
