using System.Diagnostics;
using WebApp.Tests.Support;

namespace WebApp.Tests.Attacks;

/// <summary>Medians of 200 calls each, interleaved. They mean something only on a machine that does nothing else.</summary>
[Explicit("Measures time; run it alone.")]
public sealed class EnumerationTimingTests() : OwnApp("Password:WorkFactor=10")
{
    private const int Rounds = 200;
    private const double Alike = 1.1; // Ten per cent; on a busy machine medians of one and the same call differ by half of that.
    private const string Password = "Copper lantern over the 7 hills!";

    [Test]
    public async Task Login_takes_as_long_whatever_is_wrong()
    {
        var accounts = await EnumerationTests.AccountsAsync(App);
        var ratio = await MeasureAsync(accounts.ToDictionary(
            account => account.Key,
            account => (Func<int, Task>)(_ => Api.PostAsync("/auth/login", new { email = account.Value.Email, password = account.Value.Password }))));
        Assert.That(ratio, Is.LessThan(Alike));
    }

    [Test]
    public async Task A_lockout_takes_as_long_to_begin_as_to_be_reported()
    {
        var known = await App.CreateUserAsync();
        var unknown = EnumerationTests.New();
        var begins = await MeasureAsync(
            new() { ["locks, unknown"] = _ => Api.GuessAsync(unknown), ["locks, known"] = _ => Api.GuessAsync(known.Email) }, () => AllButLockedAsync(known.Email, unknown));
        await AllButLockedAsync(known.Email, unknown);
        await Api.GuessAsync(unknown);
        await Api.GuessAsync(known.Email);
        var told = await MeasureAsync(
            new() { ["locked, unknown"] = _ => Api.GuessAsync(unknown), ["locked, known"] = _ => Api.GuessAsync(known.Email) }, () => Task.CompletedTask);
        Assert.That(new[] { begins, told }, Is.All.LessThan(Alike));
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
        Assert.That(ratio, Is.LessThan(Alike));
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
        Assert.That(ratio, Is.LessThan(Alike));
    }

    // As after four failures, with the wait they brought over.
    private async Task AllButLockedAsync(params string[] emails)
    {
        await ForgetAsync();
        foreach (var email in emails)
        {
            await Api.GuessAsync(email);
        }

        await App.QueryAsync<int>("UPDATE sign_in_guesses SET failures = 4");
    }

    private async Task ForgetAsync()
    {
        await App.ForgetGuessesAsync();
        await App.QueryAsync<int>("DELETE FROM attempts");
    }

    private async Task<double> MeasureAsync(Dictionary<string, Func<int, Task>> calls, Func<Task>? before = null)
    {
        var times = calls.Keys.ToDictionary(name => name, _ => new List<double>());
        for (var round = 0; round <= Rounds; round++)
        {
            await (before ?? ForgetAsync)();

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
