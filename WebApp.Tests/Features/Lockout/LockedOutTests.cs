using System.Net;
using WebApp.Tests.Pages;
using WebApp.Tests.Support;

namespace WebApp.Tests.Features.Lockout;

/// <summary>What a lockout does not do to the owner.</summary>
public sealed class LockedOutTests : OwnApp
{
    [Test]
    public async Task A_thousand_wrong_logins_leave_the_owners_browser_alone_and_stop_all_others()
    {
        var user = await App.CreateUserAsync();
        using var home = await KnowAsync(user);
        await Task.WhenAll(Enumerable.Range(0, 1000).Select(_ => Api.GuessAsync(user.Email)));
        await App.LockAsync(Api, user.Email, times: 2);

        using var elsewhere = new PageClient(App);
        var stopped = await elsewhere.LoginAsync(user);
        Assert.That(stopped.Status, Is.EqualTo(HttpStatusCode.TooManyRequests));
        Assert.That(stopped.RetryAfter, Is.Not.Null);
        Assert.That((await home.LoginAsync(user)).Location, Is.EqualTo("/account"));
        Assert.That((await elsewhere.LoginAsync(user)).Status, Is.EqualTo(HttpStatusCode.TooManyRequests), "the owner's success elsewhere frees no guesses");
    }

    [Test]
    public async Task A_known_browser_has_guesses_of_its_own_and_no_more()
    {
        var user = await App.CreateUserAsync();
        using var home = await KnowAsync(user);
        for (var guess = 0; guess < 5; guess++)
        {
            Assert.That((await home.LoginAsync(user with { Password = Guesses.WrongPassword })).Status, Is.EqualTo(HttpStatusCode.OK));
            App.Clock.Advance(TimeSpan.FromSeconds(4));
        }

        Assert.That((await home.LoginAsync(user)).Status, Is.EqualTo(HttpStatusCode.TooManyRequests));
        using var elsewhere = new PageClient(App);
        Assert.That((await elsewhere.LoginAsync(user)).Location, Is.EqualTo("/account"), "what is guessed at home is not counted elsewhere");
    }

    [Test]
    public async Task A_browser_known_to_one_account_is_unknown_to_another()
    {
        var (ada, eve) = (await App.CreateUserAsync(), await App.CreateUserAsync());
        using var hers = await KnowAsync(eve);
        await App.LockAsync(Api, ada.Email);
        Assert.That((await hers.LoginAsync(ada)).Status, Is.EqualTo(HttpStatusCode.TooManyRequests));
        Assert.That((await hers.LoginAsync(eve)).Location, Is.EqualTo("/account"));
    }

    [Test]
    public async Task A_reset_gets_in_and_ends_the_lockout()
    {
        var user = await App.CreateUserAsync();
        await App.LockAsync(Api, user.Email, times: 3);
        var changed = user with { Password = TestUser.NewPassword("Velvet harbour") };
        await App.ResetPasswordAsync(changed);
        await Api.LoginAsync(changed);
    }

    [Test]
    public async Task After_a_reset_no_browser_keeps_guesses_of_its_own()
    {
        var user = await App.CreateUserAsync();
        using var once = await KnowAsync(user);
        var changed = user with { Password = TestUser.NewPassword("Velvet harbour") };
        await App.ResetPasswordAsync(changed);
        await App.LockAsync(Api, user.Email);
        Assert.That((await once.LoginAsync(changed)).Status, Is.EqualTo(HttpStatusCode.TooManyRequests));
    }

    [Test]
    public async Task The_owner_is_notified_once_of_repeated_lockouts()
    {
        var user = await App.CreateUserAsync();
        await App.LockAsync(Api, user.Email, times: 3);
        Assert.That(await Mailbox.SubjectsAsync(user.Email, App), Is.EqualTo(["Someone tried wrong passwords (WebApp)"]));
        Assert.That(await App.CountEventsAsync("account_locked", user), Is.EqualTo(3));
    }

    [Test]
    public async Task After_a_hundred_failures_the_password_alone_opens_nothing_where_the_owner_is_not_known()
    {
        var user = await App.CreateUserAsync();
        using var home = await KnowAsync(user);
        await App.LockAsync(Api, user.Email, times: 20);
        Assert.That(
            (await Mailbox.SubjectsAsync(user.Email, App)).Count(subject => subject.StartsWith("Your password is limited", StringComparison.Ordinal)), Is.EqualTo(1));
        App.Clock.Advance(TimeSpan.FromDays(40));
        var refused = await Api.TryAsync(user);
        Assert.That(refused.Code, Is.EqualTo("too_many_attempts"));
        Assert.That(refused.Wait, Is.EqualTo(TimeSpan.FromDays(1)));
        Assert.That(await App.CountRefusedAsync(user), Is.EqualTo(100));
        Assert.That(await App.CountEventsAsync("password_suspended", user), Is.EqualTo(1));

        Assert.That((await home.LoginAsync(user)).Location, Is.EqualTo("/account"), "the browser that is known");
        Assert.That((await Api.TryAsync(user)).Code, Is.EqualTo("too_many_attempts"), "which frees nothing elsewhere");
        var changed = user with { Password = TestUser.NewPassword("Velvet harbour") };
        await App.ResetPasswordAsync(changed);
        await Api.LoginAsync(changed);
    }

    // A browser that has been signed in to the account, and is no longer.
    private async Task<PageClient> KnowAsync(TestUser user)
    {
        var browser = new PageClient(App);
        Assert.That((await browser.LoginAsync(user)).Location, Is.EqualTo("/account"));
        await browser.SubmitAsync("/account", "/logout");
        return browser;
    }
}
