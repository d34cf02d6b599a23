using Microsoft.AspNetCore.Mvc;

namespace WebApp.Features.Applications;

/// <summary>Serves the pictures of applications to whoever knows their hash.</summary>
public sealed class LogosController(ApplicationLogos logos) : Controller
{
    // A picture that is opened by itself runs nothing.
    private const string Policy = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; sandbox";

    /// <summary>A picture. Another one has another address, so a browser keeps it; nobody between does, because the answer may renew a cookie.</summary>
    [HttpGet("/logos/{hash}")]
    public async Task<IActionResult> Show(string hash, CancellationToken cancel)
    {
        if (hash.Length != ApplicationLogo.HashLength || await logos.FindAsync(hash, cancel) is not { } logo)
        {
            return NotFound();
        }

        Response.Headers.ContentSecurityPolicy = Policy;
        Response.Headers.CacheControl = "private, max-age=31536000, immutable";
        return File(logo.Image, logo.MediaType);
    }
}

/// <summary>The picture of an application on a page, or a tile with the first letter of its name.</summary>
/// <param name="Name">The application's name.</param>
/// <param name="Hash">The picture's hash; null if it has none.</param>
/// <param name="IsLarge">Whether it stands above a page.</param>
public sealed record LogoView(string Name, string? Hash, bool IsLarge = false)
{
    /// <summary>The letter of the tile.</summary>
    public string Letter => System.Globalization.StringInfo.GetNextTextElement(Name.TrimStart()).ToUpperInvariant();
}
