using WebApp.Tests.Support;

namespace WebApp.Tests;

/// <summary>Ends what the whole run shares.</summary>
[SetUpFixture]
public sealed class RunLifetime
{
    [OneTimeTearDown]
    public async Task Stop()
    {
        await TestApp.StopSharedAsync();
        await TestServer.StopAsync();
    }
}
