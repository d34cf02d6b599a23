using Microsoft.AspNetCore.Antiforgery;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace WebApp.Platform.Pages;

/// <summary>
/// Gives a browser and user the same antiforgery token for some minutes. Making one decrypts and encrypts with the key ring, and every signed-in page has
/// a form. Tokens are valid for many requests anyway, and pages are not compressed, so a constant token is no oracle (BREACH). Because pages share a token,
/// <see cref="PageToken"/> tells them apart.
/// </summary>
/// <param name="antiforgery">The framework's own, which makes and checks tokens.</param>
/// <param name="options">Name of the cookie.</param>
public sealed class AntiforgeryTokenCache(IAntiforgery antiforgery, IOptions<AntiforgeryOptions> options) : IAntiforgery, IDisposable
{
    /// <summary>How many tokens are kept at most: about 1 KB each.</summary>
    private const int Capacity = 5_000;

    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    private readonly MemoryCache tokens = new(new MemoryCacheOptions { SizeLimit = Capacity });

    /// <inheritdoc/>
    public AntiforgeryTokenSet GetAndStoreTokens(HttpContext httpContext)
    {
        if (httpContext.Request.Cookies[options.Value.Cookie.Name!] is not { Length: > 0 } cookie)
        {
            return antiforgery.GetAndStoreTokens(httpContext);
        }

        // The token names the cookie's own token and the user, so it is kept for both together.
        var key = (cookie, httpContext.User.Identity is { IsAuthenticated: true } ? httpContext.User.FindFirst("sub")?.Value : null);
        if (tokens.TryGetValue(key, out AntiforgeryTokenSet? kept))
        {
            if (!httpContext.Response.HasStarted)
            {
                // As the framework does with each token.
                httpContext.Response.Headers.CacheControl = "no-cache, no-store";
                httpContext.Response.Headers.Pragma = "no-cache";
            }

            return kept!;
        }

        var made = antiforgery.GetAndStoreTokens(httpContext);
        if (made.CookieToken is null) // Else the browser's cookie was not valid and gets a successor.
        {
            tokens.Set(key, made, new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = Lifetime });
        }

        return made;
    }

    /// <inheritdoc/>
    public AntiforgeryTokenSet GetTokens(HttpContext httpContext) => antiforgery.GetTokens(httpContext);

    /// <inheritdoc/>
    public Task<bool> IsRequestValidAsync(HttpContext httpContext) => antiforgery.IsRequestValidAsync(httpContext);

    /// <inheritdoc/>
    public Task ValidateRequestAsync(HttpContext httpContext) => antiforgery.ValidateRequestAsync(httpContext);

    /// <inheritdoc/>
    public void SetCookieTokenAndHeader(HttpContext httpContext) => antiforgery.SetCookieTokenAndHeader(httpContext);

    /// <inheritdoc/>
    public void Dispose() => tokens.Dispose();

    /// <summary>Puts it before the framework's own.</summary>
    internal static void Add(IServiceCollection services)
    {
        var inner = services.Last(service => service.ServiceType == typeof(IAntiforgery)).ImplementationType!;
        services.Replace(ServiceDescriptor.Singleton<IAntiforgery>(all => new AntiforgeryTokenCache(
            (IAntiforgery)ActivatorUtilities.CreateInstance(all, inner), all.GetRequiredService<IOptions<AntiforgeryOptions>>())));
    }
}
