using Microsoft.Extensions.Logging;
using WebApp.Tests.Support;

namespace WebApp.Tests.Attacks;

/// <summary>Random input at every way in. Never a failure of ours, and not a line of error in the log. <c>./dev fuzz</c> sends more of it.</summary>
public sealed class FuzzOverHttpTests
{
    private readonly LogBook book = new(LogLevel.Warning);

    private TestApp App { get; set; } = null!;

    [OneTimeSetUp]
    public async Task Start() => App = await TestApp.StartAsync(adjust: builder => builder.Logging.ClearProviders().AddProvider(book), settings: FuzzRun.Settings);

    [OneTimeTearDown]
    public ValueTask Stop() => App.DisposeAsync();

    [Test]
    public async Task No_input_makes_it_fail()
    {
        var report = await new FuzzRun(App, book, Fuzz.Seed).SendAsync(8_400 * Fuzz.Times);
        TestContext.Out.WriteLine(report);
        Assert.That(report.Failure, Is.Null, $"FUZZ_SEED={Fuzz.Seed}");
        Assert.That(report.Statuses, Has.Count.GreaterThan(5), "more than the first guard was to be reached");
    }
}
