namespace WebApp.Features.SignIn.Sites;

/// <summary>Sets up the redirect from the login page to protected sites.</summary>
public static class SitesSetup
{
    extension(WebApplicationBuilder builder)
    {
        /// <summary>Registers the services.</summary>
        public void AddSites()
        {
            var secure = !builder.Environment.IsDevelopment();
            builder.Services.AddOptions<SiteOptions>().BindConfiguration("ForwardAuth")
                .Validate(sites => sites.Sites.All(IsOrigin), "ForwardAuth:Sites must be origins: scheme, host and port, such as https://wiki.example.org.")
                .Validate(
                    sites => !secure || sites.Sites.All(site => site.StartsWith("https://", StringComparison.OrdinalIgnoreCase)),
                    "ForwardAuth:Sites must begin with https:// outside Development: browsers send the cookie over nothing else.")
                .Validate(sites => Enum.IsDefined(sites.AddressFrom), "ForwardAuth:AddressFrom must be Detect, OriginalUrl or Forwarded.")
                .ValidateOnStart();
            builder.Services.AddSingleton<ProtectedSites>();
            builder.Services.AddSingleton<ISignInDestination, SiteDestination>();
            builder.Services.AddSingleton<SitePasses>();
            builder.Services.AddSingleton<SiteCookies>();
            builder.Services.AddSingleton<SiteGate>();
            builder.Services.AddSingleton<SourceConflicts>();
        }
    }

    private static bool IsOrigin(string site) =>
        Uri.TryCreate(site, UriKind.Absolute, out var address) && Origin.FromUri(address) is not null && address is { PathAndQuery: "/", Fragment: "" };
}
