namespace WebApp.Tests.Support;

/// <summary>A fixture with an application and a database of its own: to move the clock, to count rows, to set it up differently.</summary>
public abstract class OwnApp(params string[] settings)
{
    /// <summary>The application.</summary>
    protected TestApp App { get; private set; } = null!;

    /// <summary>A client of it.</summary>
    protected ApiClient Api { get; private set; } = null!;

    [OneTimeSetUp]
    public async Task StartApp()
    {
        App = await TestApp.StartAsync(settings: settings);
        Api = new(App);
    }

    [OneTimeTearDown]
    public async Task StopApp() => await App.DisposeAsync();
}
