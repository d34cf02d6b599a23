using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using WebApp.Platform.Startup;

namespace WebApp.Platform.Pages;

/// <summary>Serves the installation's logo, and its accent colour as a style sheet. Both are read once, at the start.</summary>
public static class BrandingFiles
{
    /// <summary>Where the style sheet is, with its version; null if no colour is set.</summary>
    public static string? ThemeAddress(Branding branding) => branding.Accent is { } accent ? $"/branding/theme.css?v={accent.ToString()[1..]}" : null;

    private const string Logo = "/branding/logo";
    private const string Theme = "/branding/theme.css";
    // An SVG may have its own styles, and runs no script, also if it is opened by itself.
    private const string LogoPolicy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; sandbox";
    private const string Forever = "public, max-age=31536000, immutable";

    private static readonly Dictionary<string, string> MediaTypes = new(StringComparer.OrdinalIgnoreCase)
    {
        [".svg"] = "image/svg+xml",
        [".png"] = "image/png",
        [".webp"] = "image/webp",
        [".jpg"] = "image/jpeg",
        [".jpeg"] = "image/jpeg",
    };

    extension(WebApplication app)
    {
        /// <summary>Serves what is configured; without branding there is nothing.</summary>
        /// <exception cref="StartupException">The logo cannot be read, is too large or not an image.</exception>
        public void UseBranding()
        {
            var branding = app.Services.GetRequiredService<IOptions<AppOptions>>().Value.Branding;
            if (branding.LogoPath is { Length: > 0 } path)
            {
                var (image, type) = Read(Path.GetFullPath(path, app.Environment.ContentRootPath));
                branding.LogoAddress = $"{Logo}?v={Convert.ToHexStringLower(SHA256.HashData(image))[..12]}";
                app.Serve(Logo, image, type, headers =>
                {
                    headers["Cross-Origin-Resource-Policy"] = "cross-origin"; // Mail programs in a browser show it.
                    headers.ContentSecurityPolicy = LogoPolicy;
                });
            }

            if (branding.Accent is { } accent)
            {
                app.Serve(Theme, Encoding.UTF8.GetBytes(Sheet(accent)), "text/css; charset=utf-8", _ => { });
            }
        }

        private void Serve(string path, byte[] content, string type, Action<IHeaderDictionary> add) => app.Use((context, next) =>
        {
            if (!context.Request.Path.Equals(path, StringComparison.Ordinal) || !HttpMethods.IsGet(context.Request.Method))
            {
                return next(context);
            }

            context.Response.ContentType = type;
            context.Response.ContentLength = content.Length;
            add(context.Response.Headers);
            context.Response.Headers.CacheControl = context.Request.Query.ContainsKey("v") ? Forever : "no-cache";
            return context.Response.Body.WriteAsync(content, context.RequestAborted).AsTask();
        });
    }

    private static (byte[] Image, string Type) Read(string path)
    {
        if (!MediaTypes.TryGetValue(Path.GetExtension(path), out var type))
        {
            throw new StartupException("Branding:LogoPath must be a .svg, .png, .webp or .jpg file.");
        }

        try
        {
            return new FileInfo(path) is { Length: > 0 and <= Branding.MaxLogoBytes }
                ? (File.ReadAllBytes(path), type)
                : throw new StartupException($"Branding:LogoPath must be a file of at most {Branding.MaxLogoBytes / 1024} KiB.");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new StartupException("Branding:LogoPath cannot be read.");
        }
    }

    // Not in a layer: it wins over tokens.css, which is in one.
    private static string Sheet(AccentColor accent)
    {
        var (black, dark) = (new AccentColor(0, 0, 0), accent.ForDarkScheme());
        return $$"""
            :root { --color-accent: {{accent}}; --color-accent-strong: {{accent.Mix(black, 0.25)}}; --color-on-accent: #ffffff; --color-accent-tint: {{accent.Mix(AccentColor.White, 0.9)}}; }
            @media (prefers-color-scheme: dark) {
              :root { --color-accent: {{dark}}; --color-accent-strong: {{dark.Mix(AccentColor.White, 0.3)}}; --color-on-accent: #10181c; --color-accent-tint: {{AccentColor.DarkSurface.Mix(accent, 0.3)}}; }
            }

            """;
    }
}
