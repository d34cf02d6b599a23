using WebApp.Features.Applications;

namespace WebApp.Tests.Support;

/// <summary>Starts a site that signs people in with another instance of the application, named <c>house</c>.</summary>
public static class SiteWithProvider
{
    /// <summary>A port of a site that is not started yet, and its redirect address.</summary>
    public static (int Port, string Redirect) Choose(string host)
    {
        var port = TestApp.FreePort();
        return (port, $"http://{host}:{port}/login/external/house/callback");
    }

    /// <summary>Starts it; at another host than the provider if a browser is to keep their cookies apart.</summary>
    public static async Task<TestApp> StartAsync(TestApp provider, string host = "127.0.0.1", params string[] settings)
    {
        // The redirect address needs the port, and the client id needs the redirect address: so the port is chosen first.
        var (port, redirect) = Choose(host);
        return await TestApp.StartOnAsync(port, host, [.. await SettingsAsync(provider, redirect), .. settings]);
    }

    /// <summary>Adds the site to the provider; gives the settings for it.</summary>
    public static async Task<string[]> SettingsAsync(TestApp provider, string redirect)
    {
        using var party = await OidcClient.CreateAsync(provider, new ApplicationSettings("Site", IsPublic: false, IsTrusted: true) { RedirectUris = [redirect], Scopes = ["profile", "email"] });
        return
        [
            "ExternalLogins:0:Name=house", "ExternalLogins:0:DisplayName=House",
            $"ExternalLogins:0:Authority={provider.BaseAddress}", $"ExternalLogins:0:ClientId={party.ClientId}", $"ExternalLogins:0:ClientSecret={party.Secret}",
        ];
    }
}
