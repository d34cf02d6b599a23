using System.Net;
using Microsoft.Extensions.DependencyInjection;
using WebApp.Features.Lockout;
using WebApp.Tests.Support;

namespace WebApp.Tests.Features.Lockout;

/// <summary>How many passwords are looked at, and when.</summary>
public sealed class SignInGuardTests : OwnApp
{
    [Test]
    public async Task Of_fifty_wrong_logins_at_once_five_passwords_are_looked_at()
    {
        var counter = new HashCounter();
        await using var app = await TestApp.StartAsync(adjust: builder => counter.Watch(builder.Services));
        var (known, api) = (await app.CreateUserAsync(), new ApiClient(app));
        foreach (var email in new[] { known.Email, "nobody@example.org" })
        {
            var before = counter.Hashes;
            var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => api.GuessAsync(email)));
            Assert.That(answers.Select(answer => answer.Code), Is.All.AnyOf("invalid_credentials", "too_many_attempts"));
            Assert.That(counter.Hashes - before, Is.EqualTo(answers.Count(answer => answer.Code == "invalid_credentials")).And.InRange(1, 5), email);
        }

        Assert.That(await app.CountRefusedAsync(known), Is.InRange(1, 5));
    }

    [Test]
    public async Task From_the_second_failure_on_each_has_to_wait_longer_and_after_five_all_are_locked_out()
    {
        var user = await App.CreateUserAsync();
        Assert.That((await Api.GuessAsync(user.Email)).Code, Is.EqualTo("invalid_credentials"));
        Assert.That((await Api.GuessAsync(user.Email)).Code, Is.EqualTo("invalid_credentials"));
        foreach (var seconds in new[] { 1, 2, 4, 900 })
        {
            var answer = await Api.TryAsync(user);
            Assert.That(answer.Status, Is.EqualTo(HttpStatusCode.TooManyRequests), "the right password too");
            Assert.That(answer.Code, Is.EqualTo("too_many_attempts"));
            Assert.That(answer.Wait.TotalSeconds, Is.InRange(seconds * 0.9 - 1, seconds));
            App.Clock.Advance(TimeSpan.FromSeconds(seconds));
            Assert.That((await Api.GuessAsync(user.Email)).Code, Is.EqualTo("invalid_credentials"), $"after {seconds} s");
        }
    }

    [Test]
    public async Task Each_further_lockout_is_twice_as_long_up_to_a_day_and_a_quiet_day_ends_the_chain()
    {
        var user = await App.CreateUserAsync();
        List<double> minutes = [];
        for (var lockout = 0; lockout < 9; lockout++)
        {
            await App.LockAsync(Api, user.Email);
            var wait = (await Api.GuessAsync(user.Email)).Wait;
            minutes.Add(Math.Round(wait.TotalMinutes));
            App.Clock.Advance(wait);
        }

        Assert.That(minutes, Is.EqualTo(new double[] { 15, 30, 60, 120, 240, 480, 960, 1440, 1440 }));
        App.Clock.Advance(TimeSpan.FromDays(1));
        await App.LockAsync(Api, user.Email);
        Assert.That(Math.Round((await Api.GuessAsync(user.Email)).Wait.TotalMinutes), Is.EqualTo(15));
        Assert.That(await App.CountEventsAsync("account_locked", user), Is.EqualTo(10));
    }

    [Test]
    public async Task A_right_password_forgives_the_wrong_ones_and_so_does_time()
    {
        var user = await App.CreateUserAsync();
        for (var round = 0; round < 4; round++)
        {
            await Api.GuessAsync(user.Email);
            await Api.GuessAsync(user.Email);
            App.Clock.Advance(TimeSpan.FromSeconds(1));
            await Api.LoginAsync(user);
        }

        for (var window = 0; window < 4; window++)
        {
            Assert.That((await Api.GuessAsync(user.Email)).Code, Is.EqualTo("invalid_credentials"));
            Assert.That((await Api.GuessAsync(user.Email)).Code, Is.EqualTo("invalid_credentials"));
            App.Clock.Advance(TimeSpan.FromMinutes(15));
        }
    }

    [Test]
    public async Task Five_right_logins_at_once_all_get_in()
    {
        var user = await App.CreateUserAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => Api.TryAsync(user)));
        Assert.That(answers.Select(answer => answer.Status), Is.All.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task A_password_that_nobody_looked_at_counts_for_nothing()
    {
        var guard = App.Services.GetRequiredService<SignInGuard>();
        var key = $"account:{Guid.NewGuid()}";
        var permits = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => guard.TakeAsync(key, default)));
        Assert.That(permits.OfType<SignInPermit.Granted>().Select(permit => permit.Failures), Is.EquivalentTo(Enumerable.Range(1, 5)));
        await guard.ReturnAsync(permits.OfType<SignInPermit.Granted>().First(), default);
        Assert.That(await guard.TakeAsync(key, default), Is.InstanceOf<SignInPermit.Granted>());
        Assert.That(await guard.TakeAsync(key, default), Is.InstanceOf<SignInPermit.Refused>());
    }

    [Test]
    public async Task However_a_name_is_written_its_guesses_are_one_count()
    {
        var user = await App.CreateUserAsync();
        await Api.GuessAsync(user.Email.ToUpperInvariant());
        await Api.GuessAsync($"  {user.Email} ");
        Assert.That((await Api.TryAsync(user)).Code, Is.EqualTo("too_many_attempts"));
        Assert.That(await App.QueryAsync<long>("SELECT count(*) FROM sign_in_guesses WHERE key LIKE '%user-%' OR key LIKE '%@%'"), Is.Zero, "no address in the table");
    }

    [Test]
    public async Task A_right_password_of_a_closed_account_counts_as_wrong()
    {
        var user = await App.CreateUserAsync();
        await App.QueryAsync<int>("UPDATE users SET lockout_end = 'infinity' WHERE id = $1", user.Id);
        await Api.TryAsync(user);
        await Api.TryAsync(user);
        Assert.That((await Api.TryAsync(user)).Code, Is.EqualTo("too_many_attempts"));
    }
}
