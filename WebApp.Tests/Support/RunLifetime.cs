using WebApp.Tests.Support;

namespace WebApp.Tests;

/// <summary>Begins and ends what the whole run shares: the application, its cluster, and the browser if one was opened.</summary>
[SetUpFixture]
public sealed class RunLifetime
{
    [OneTimeSetUp]
    public Task Start()
    {
        // Each application watches the files whose versions its pages name, and Linux allows a user 128 watchers (inotify). Asking for changes needs none.
        Environment.SetEnvironmentVariable("DOTNET_USE_POLLING_FILE_WATCHER", "1");
        return TestApp.StartSharedAsync();
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        await Chromium.CloseAsync();
        await TestApp.StopSharedAsync();
        await TestServer.StopAsync();
    }
}
