using System.Diagnostics;
using WebApp.Tests.Support;

namespace WebApp.Tests.Attacks;

/// <summary>Medians of 60 calls each, interleaved. They mean something only on a machine that does nothing else.</summary>
[Explicit("Measures time; run it alone.")]
public sealed class EnumerationTimingTests() : OwnApp("Password:WorkFactor=10")
{
    private const int Rounds = 60;
    private const string Password = "Copper lantern over the 7 hills!";

    [Test]
    public async Task Login_takes_as_long_whatever_is_wrong()
    {
        var accounts = await EnumerationTests.AccountsAsync(App);
        var ratio = await MeasureAsync(accounts.ToDictionary(
            account => account.Key,
            account => (Func<int, Task>)(_ => Api.PostAsync("/auth/login", new { email = account.Value.Email, password = account.Value.Password }))));
        Assert.That(ratio, Is.LessThan(1.5));
    }

    [Test]
    public async Task Registering_takes_as_long_for_a_taken_address()
    {
        var taken = await App.CreateUserAsync();
        var ratio = await MeasureAsync(new()
        {
            ["register, free"] = _ => Api.PostAsync("/auth/register", new { email = EnumerationTests.New(), password = Password }),
            ["register, taken"] = _ => Api.PostAsync("/auth/register", new { email = taken.Email, password = Password }),
        });
        Assert.That(ratio, Is.LessThan(1.5));
    }

    [Test]
    public async Task Forgetting_takes_as_long_for_known_and_unknown()
    {
        var (known, again) = (new List<TestUser>(), new List<TestUser>());
        for (var n = 0; n <= Rounds; n++)
        {
            known.Add(await App.CreateUserAsync());
            again.Add(await App.CreateUserAsync());
            await Api.PostAsync("/auth/forgot-password", new { email = again[n].Email });
        }

        var ratio = await MeasureAsync(new()
        {
            ["forgot, unknown"] = _ => Api.PostAsync("/auth/forgot-password", new { email = EnumerationTests.New() }),
            ["forgot, known"] = round => Api.PostAsync("/auth/forgot-password", new { email = known[round].Email }),
            ["forgot, known, again"] = round => Api.PostAsync("/auth/forgot-password", new { email = again[round].Email }),
        });
        Assert.That(ratio, Is.LessThan(1.5));
    }

    private static async Task<double> MeasureAsync(Dictionary<string, Func<int, Task>> calls)
    {
        var times = calls.Keys.ToDictionary(name => name, _ => new List<double>());
        for (var round = 0; round <= Rounds; round++)
        {
            // In another order each time: what one leaves behind, such as a mail to send, slows the next.
            foreach (var (name, call) in calls.OrderBy(_ => Random.Shared.Next()))
            {
                var start = Stopwatch.GetTimestamp();
                await call(round);
                times[name].Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }
        }

        // The first round warms up.
        var measured = times.ToDictionary(entry => entry.Key, entry => entry.Value.Skip(1).Order().ToArray());
        var least = measured.Values.Min(sorted => sorted[Rounds / 2]);
        foreach (var (name, sorted) in measured)
        {
            TestContext.Out.WriteLine($"{name}: median {sorted[Rounds / 2]:F2} ms, {sorted[Rounds / 2] / least:F2} of the least");
        }

        return measured.Values.Max(sorted => sorted[Rounds / 2]) / least;
    }
}
