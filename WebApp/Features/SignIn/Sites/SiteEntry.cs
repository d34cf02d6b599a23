namespace WebApp.Features.SignIn.Sites;

/// <summary>A pass on its way to the site, in an address: good for a minute, and in no browser but the one that asked.</summary>
/// <param name="Pass">What it carries.</param>
/// <param name="Address">The page to go on to.</param>
/// <param name="Entry">The SHA-256, base64url, of the key in the browser's cookie at the site.</param>
/// <param name="ExpiresAt">When it is too late (UTC).</param>
public sealed record SiteEntry(SitePass Pass, string Address, string Entry, DateTimeOffset ExpiresAt);
