namespace WebApp.Features.SignIn.Sites;

/// <summary>
/// What lets a browser into one protected site for as long as its session here lives. Sealed by Data Protection and kept nowhere: the
/// site holds nothing with which one could be signed in here, or on another site.
/// </summary>
/// <param name="SessionId">The session it hangs on.</param>
/// <param name="Site">The site's origin.</param>
public sealed record SitePass(Guid SessionId, string Site);
