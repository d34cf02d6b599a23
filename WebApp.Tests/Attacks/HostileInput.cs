using Microsoft.Extensions.Logging;
using WebApp.Tests.Support;

namespace WebApp.Tests.Attacks;

/// <summary>An application that logs everything. After each test its log has no error, and nothing of what the test sent (ASVS 16.2.5).</summary>
public abstract class HostileInput
{
    protected const string Canary = "Canary4711";

    private static readonly string[] Loud = ["Default", "Microsoft", "Npgsql", "OpenIddict", "WebApp", "Microsoft.EntityFrameworkCore.Database.Command", "WebApp.Features.Sessions.SessionCookieHandler"];

    private readonly LogBook log = new();
    protected TestApp App { get; private set; } = null!;
    protected string Bearer { get; private set; } = "";

    [OneTimeSetUp]
    public async Task Start()
    {
        App = await TestApp.StartAsync(adjust: builder => builder.Logging.ClearProviders().AddProvider(log), settings: [.. Loud.Select(category => $"Logging:LogLevel:{category}=Trace")]);
        Bearer = (await new ApiClient(App).LoginAsync(await App.CreateAdminAsync())).Access;
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        await App.DisposeAsync();
        log.Dispose();
    }

    [SetUp]
    public void Forget() => log.Clear();

    [TearDown]
    public void The_log_has_no_error_and_nothing_that_was_sent()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(log.Errors, Is.Empty);
            Assert.That(log.Lines.Where(line => line.Contains(Canary, StringComparison.OrdinalIgnoreCase)), Is.Empty);
        }
    }
}
