using Microsoft.AspNetCore.Builder;

namespace WebApp.Tests.Support;

/// <summary>The application in this process as Production has it, on plain HTTP, without mail.</summary>
public sealed class ProductionApp : IAsyncDisposable
{
    private ProductionApp(WebApplication app, Uri address) => (App, Address) = (app, address);

    /// <summary>It.</summary>
    public WebApplication App { get; }

    /// <summary>Where it listens.</summary>
    public Uri Address { get; }

    /// <summary>Starts it as <c>https://accounts.example.org</c>, trusting whoever settings name.</summary>
    public static async Task<ProductionApp> StartAsync(params string[] settings)
    {
        var address = new Uri($"http://127.0.0.1:{TestApp.FreePort()}");
        var app = await WebApp.App.BuildAsync(new()
        {
            ApplicationName = "WebApp",
            EnvironmentName = "Production",
            ContentRootPath = TestApp.ContentRoot,
            Args =
            [
                $"--MASTER_KEY={TestApp.MasterKey}", $"--ConnectionStrings:Postgres={await TestServer.NewDatabaseAsync()}", $"--urls={address}",
                "--App:BaseUrl=https://accounts.example.org", "--Email:Smtp:Host=127.0.0.1", "--Email:Smtp:Port=9", "--Email:From=a@example.org",
                "--Password:WorkFactor=10", "--Logging:LogLevel:Default=None", .. settings.Select(setting => $"--{setting}"),
            ],
        });
        await app.StartAsync();
        return new(app, address);
    }

    /// <summary>A client that says what a proxy before it would, keeps no cookies and follows no redirects.</summary>
    public HttpClient NewClient(string? host = "accounts.example.org", string? scheme = "https", string from = "127.0.0.1")
    {
        HttpClient http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, ConnectCallback = TestApp.ConnectFrom(from) }) { BaseAddress = Address };
        http.DefaultRequestHeaders.Host = host;
        if (scheme is not null)
        {
            http.DefaultRequestHeaders.Add("X-Forwarded-Proto", scheme);
        }

        return http;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await App.StopAsync();
        await App.DisposeAsync();
    }
}
