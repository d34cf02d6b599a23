using WebApp.Tests.Support;

namespace WebApp.Tests;

/// <summary>Begins and ends what the whole run shares: the application, its cluster, and the browser if one was opened.</summary>
[SetUpFixture]
public sealed class RunLifetime
{
    [OneTimeSetUp]
    public Task Start() => TestApp.StartSharedAsync();

    [OneTimeTearDown]
    public async Task Stop()
    {
        await Chromium.CloseAsync();
        await TestApp.StopSharedAsync();
        await TestServer.StopAsync();
    }
}
