using Microsoft.Extensions.Logging;
using WebApp.Tests.Support;

namespace WebApp.Tests.Outages;

/// <summary>A fixture with a server of its own, to stop, fill or freeze, an application on it, and what that logs.</summary>
public abstract class OwnCluster(params string[] serverSettings)
{
    /// <summary>Warnings and errors of the application.</summary>
    protected LogBook Log { get; } = new(LogLevel.Warning);

    /// <summary>The server.</summary>
    protected PostgresCluster Server { get; private set; } = null!;

    /// <summary>The application.</summary>
    protected TestApp App { get; private set; } = null!;

    /// <summary>A client of it.</summary>
    protected ApiClient Api { get; private set; } = null!;

    [OneTimeSetUp]
    public async Task StartServerAndApplication()
    {
        Server = await PostgresCluster.StartAsync(serverSettings);
        App = await TestApp.StartAsync(Server.AppConnectionString, builder => builder.Logging.ClearProviders().AddProvider(Log));
        Api = new(App);
    }

    [OneTimeTearDown]
    public async Task StopBoth()
    {
        await App.DisposeAsync();
        await Server.DisposeAsync();
        Log.Dispose();
    }
}
