using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using WebApp.Features.Passwords;
using WebApp.Features.Sessions;
using WebApp.Platform.Data;
using WebApp.Platform.Data.Encryption;
using WebApp.Platform.Http.Client;

namespace WebApp.Tests.Support;

/// <summary>The application in this process: real Kestrel on loopback, real PostgreSQL, Development with its mailbox.</summary>
public sealed class TestApp : IAsyncDisposable
{
    private static TestApp? shared;

    private readonly WebApplication app;

    private TestApp(WebApplication app, Uri baseAddress, string connectionString, TestClock clock) =>
        (this.app, BaseAddress, ConnectionString, Clock) = (app, baseAddress, connectionString, clock);

    /// <summary>The key of every test application, so that several can share a database.</summary>
    public static string MasterKey { get; } = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    /// <summary>Where <c>wwwroot</c> is.</summary>
    public static string ContentRoot { get; } = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "..", "..", "WebApp"));

    /// <summary>Where it listens.</summary>
    public Uri BaseAddress { get; }

    /// <summary>Its database.</summary>
    public string ConnectionString { get; }

    /// <summary>Its time. Never moved on the shared application.</summary>
    public TestClock Clock { get; }

    /// <summary>Its services.</summary>
    public IServiceProvider Services => app.Services;

    /// <summary>Its database, for looking and for setting scenes.</summary>
    public NpgsqlDataSource Database => Services.GetRequiredService<NpgsqlDataSource>();

    /// <summary>Whether there is the application that tests share.</summary>
    public static bool HasShared => shared is not null;

    /// <summary>The application most tests share; it lives as long as the run.</summary>
    public static TestApp Shared => shared ?? throw new InvalidOperationException("RunLifetime starts it.");

    /// <summary>An application of the caller's own. Settings are <c>Key=value</c>.</summary>
    public static Task<TestApp> StartAsync(string? connectionString = null, Action<WebApplicationBuilder>? adjust = null, params string[] settings) =>
        StartAtAsync("127.0.0.1", "Development", connectionString, adjust, settings);

    /// <summary>One that is reached by a name, as passkeys want it; on loopback all the same.</summary>
    public static Task<TestApp> StartNamedAsync(string? connectionString = null, Action<WebApplicationBuilder>? adjust = null, params string[] settings) =>
        StartAtAsync("localhost", "Development", connectionString, adjust, settings);

    /// <summary>One as in Production, at <c>https://accounts.example.org</c> behind a proxy that ends TLS. Its mail goes nowhere.</summary>
    public static Task<TestApp> StartInProductionAsync(Action<WebApplicationBuilder>? adjust = null, params string[] settings) => StartAtAsync(
        "127.0.0.1", "Production", null, adjust,
        ["App:BaseUrl=https://accounts.example.org", "Email:Smtp:Host=127.0.0.1", "Email:Smtp:Port=9", "Email:From=a@example.org", "Password:WorkFactor=10", "Proxy:Trusted=127.0.0.1", .. settings]);

    /// <summary>One on a port that the caller chose, because others must know its address before it starts.</summary>
    public static Task<TestApp> StartOnAsync(int port, string host, params string[] settings) => StartAtAsync(host, "Development", null, null, settings, port);

    private static async Task<TestApp> StartAtAsync(string host, string environment, string? connectionString, Action<WebApplicationBuilder>? adjust, string[] settings, int? chosen = null)
    {
        var database = connectionString ?? await TestServer.NewDatabaseAsync();
        var clock = new TestClock();
        var port = chosen ?? FreePort();
        var address = new Uri($"http://{host}:{port}");
        var app = await App.BuildAsync(
            Options([$"--ConnectionStrings:Postgres={database}", $"--urls=http://127.0.0.1:{port}", $"--App:BaseUrl={address}", .. settings.Select(s => $"--{s}")], environment),
            builder =>
            {
                builder.Services.AddSingleton<TimeProvider>(clock);
                adjust?.Invoke(builder);
            });
        await app.StartAsync();
        return new(app, address, database, clock);
    }

    /// <summary>How every test application is started.</summary>
    public static WebApplicationOptions Options(string[] args, string environment = "Development") => new()
    {
        ApplicationName = "WebApp",
        EnvironmentName = environment,
        ContentRootPath = ContentRoot,
        Args = [$"--MASTER_KEY={MasterKey}", "--Password:WorkFactor=4", "--Password:QueueLength=1000", "--Protection:IpPermitsPerMinute=1000000", "--Protection:AnonymousEventsPerHour=1000000", "--Logging:LogLevel:Default=Warning", "--Logging:LogLevel:WebApp.Features.Accounts.FirstRun=None", .. args],
    };

    /// <summary>A client that keeps no cookies and follows no redirects.</summary>
    public HttpClient NewClient()
    {
        // It is in this process, where a test may trace outgoing requests: a traceparent of a test's own must reach the application.
        HttpClient http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, ActivityHeadersPropagator = null }) { BaseAddress = BaseAddress };
        if (app.Environment.EnvironmentName == "Production")
        {
            // As the proxy before it would say.
            http.DefaultRequestHeaders.Host = "accounts.example.org";
            http.DefaultRequestHeaders.Add("X-Forwarded-Proto", "https");
        }

        return http;
    }

    /// <summary>One that comes from an address of its own: any of 127.0.0.0/8.</summary>
    public HttpClient NewClient(string from, string? userAgent = null)
    {
        HttpClient http = new(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            ConnectCallback = ConnectFrom(from),
            RequestHeaderEncodingSelector = (_, _) => System.Text.Encoding.UTF8, // Proxies send names as they are.
        })
        { BaseAddress = BaseAddress };
        if (userAgent is not null)
        {
            http.DefaultRequestHeaders.TryAddWithoutValidation("User-Agent", userAgent);
        }

        return http;
    }

    /// <summary>One that says what a proxy before the application would, from a proxy's address.</summary>
    public HttpClient NewProxyClient(string? host = "accounts.example.org", string? scheme = "https", string from = "127.0.0.1")
    {
        var http = NewClient(from);
        http.DefaultRequestHeaders.Host = host;
        if (scheme is not null)
        {
            http.DefaultRequestHeaders.Add("X-Forwarded-Proto", scheme);
        }

        return http;
    }

    /// <summary>Connects from an address of the caller's choice.</summary>
    public static Func<SocketsHttpConnectionContext, CancellationToken, ValueTask<Stream>> ConnectFrom(string from) => async (context, cancel) =>
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Parse(from), 0));
            await socket.ConnectAsync(context.DnsEndPoint, cancel);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    };

    /// <summary>A confirmed account with the role <c>user</c>.</summary>
    public async Task<TestUser> CreateUserAsync(string? displayName = null, string? passwordHash = null)
    {
        var user = new TestUser(Guid.CreateVersion7(), $"user-{Guid.NewGuid():N}@example.org", TestUser.NewPassword());
        var hash = passwordHash ?? await Services.GetRequiredService<PasswordHashing>().HashAsync(user.Password, CancellationToken.None);
        await using var scope = Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AppDbContext>();
        db.Users.Add(new()
        {
            Id = user.Id,
            UserName = user.Email,
            NormalizedUserName = user.Email.ToUpperInvariant(),
            Email = user.Email,
            NormalizedEmail = user.Email.ToUpperInvariant(),
            EmailConfirmed = true,
            DisplayName = displayName,
            PasswordHash = hash,
            CreatedAt = Clock.GetUtcNow(),
        });
        db.UserRoles.Add(new() { UserId = user.Id, RoleId = Role.UserId });
        await db.SaveChangesAsync();
        return user;
    }

    /// <summary>A browser session as a sign-in opens it, and the key for its cookie.</summary>
    public async Task<(Guid Id, RowKey Key)> OpenBrowserSessionAsync(TestUser user)
    {
        await using var scope = Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AppDbContext>();
        var (session, key) = Services.GetRequiredService<BrowserSessions>()
            .Add(db, (await db.Users.FindAsync(user.Id))!, ["pwd"], remember: false, new ClientInfo(IPAddress.Loopback, null));
        await db.SaveChangesAsync();
        return (session.Id, key);
    }

    /// <summary>One value from the database.</summary>
    public async Task<T?> QueryAsync<T>(string sql, params object[] values)
    {
        await using var command = Database.CreateCommand(sql);
        foreach (var value in values)
        {
            command.Parameters.Add(new() { Value = value });
        }

        return await command.ExecuteScalarAsync() is T found ? found : default;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
    }

    internal static async Task StartSharedAsync() => shared = await StartAsync();

    internal static async Task StopSharedAsync()
    {
        if (shared is not null)
        {
            await shared.DisposeAsync();
        }
    }

    internal static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
