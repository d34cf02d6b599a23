namespace WebApp.Features.SignIn.Sites;

/// <summary>A page of a protected site.</summary>
/// <param name="Site">The site's origin.</param>
/// <param name="Address">The page's whole address.</param>
public sealed record ProtectedPage(string Site, string Address);
