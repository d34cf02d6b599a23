using Microsoft.Extensions.DependencyInjection;
using WebApp.Features.Sessions;
using WebApp.Tests.Support;

namespace WebApp.Tests.Features.Sessions;

/// <summary>How long a browser stays signed in, with the clock moved.</summary>
public sealed class SessionLimitTests : OwnApp
{
    [TestCase(false, 60)]
    [TestCase(true, 14 * 24 * 60)]
    public async Task A_session_not_used_ends_at_the_idle_limit(bool remember, int minutes)
    {
        var user = await App.CreateUserAsync();
        var (used, unused) = (await PageClient.SignInAsync(App, user, remember), await PageClient.SignInAsync(App, user, remember));
        App.Clock.Advance(TimeSpan.FromMinutes(minutes - 1));
        Assert.That(await used.IsSignedInAsync(), Is.True);
        App.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.That(await unused.IsSignedInAsync(), Is.False);
        Assert.That(await used.IsSignedInAsync(), Is.True);
    }

    [TestCase(false, 24 * 60, 50)]
    [TestCase(true, 30 * 24 * 60, 13 * 24 * 60)]
    public async Task A_session_however_much_used_ends_at_the_absolute_limit(bool remember, int limit, int step)
    {
        var browser = await PageClient.SignInAsync(App, await App.CreateUserAsync(), remember);
        for (var minutes = step; minutes < limit; minutes += step)
        {
            App.Clock.Advance(TimeSpan.FromMinutes(step));
            Assert.That(await browser.IsSignedInAsync(), Is.True, $"after {minutes} min");
        }

        App.Clock.Advance(TimeSpan.FromMinutes((limit % step) + 1));
        Assert.That(await browser.IsSignedInAsync(), Is.False);
    }

    [Test]
    public async Task Last_uses_are_kept_in_memory_and_written_in_one_flush()
    {
        var user = await App.CreateUserAsync();
        var browser = await PageClient.SignInAsync(App, user);
        var tokens = await Api.LoginAsync(user);
        var lastSeen = App.Services.GetRequiredService<LastSeen>();
        await lastSeen.FlushAsync(CancellationToken.None);
        var signIn = await SeenAsync(user);

        App.Clock.Advance(TimeSpan.FromMinutes(10));
        Assert.That(await browser.IsSignedInAsync(), Is.True);
        await Api.GetAsync("/me", tokens.Access);
        await lastSeen.FlushAsync(CancellationToken.None);
        var later = await SeenAsync(user);
        Assert.That(later - signIn, Is.EqualTo(TimeSpan.FromMinutes(10)).Within(TimeSpan.FromMinutes(1)));
    }

    [Test]
    public async Task A_flushed_use_is_what_another_node_goes_by()
    {
        var browser = await PageClient.SignInAsync(App, await App.CreateUserAsync());
        App.Clock.Advance(TimeSpan.FromMinutes(50));
        Assert.That(await browser.IsSignedInAsync(), Is.True);
        await App.Services.GetRequiredService<LastSeen>().FlushAsync(CancellationToken.None);

        await using var other = await TestApp.StartAsync(App.ConnectionString);
        other.Clock.Advance(App.Clock.GetUtcNow() - other.Clock.GetUtcNow() + TimeSpan.FromMinutes(50));
        var there = new PageClient(other).With("session", browser.Session);
        Assert.That(await there.IsSignedInAsync(), Is.True, "100 min after sign-in, 50 min after the last use.");
    }

    // The earliest of the user's sessions, so that it moves only when all have.
    private Task<DateTime> SeenAsync(TestUser user) => App.QueryAsync<DateTime>("SELECT min(last_seen_at) FROM sessions WHERE user_id = $1", user.Id);
}
