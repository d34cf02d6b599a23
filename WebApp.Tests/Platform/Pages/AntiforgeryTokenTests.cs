using System.Net;
using WebApp.Tests.Support;

namespace WebApp.Tests.Platform.Pages;

/// <summary>A browser gets the same antiforgery token for some minutes, and nobody gets that of another browser or user.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class AntiforgeryTokenTests
{
    [Test]
    public async Task A_browser_gets_its_token_again_and_can_use_it_more_than_once()
    {
        using var browser = await PageClient.SignInAsync(TestApp.Shared, await TestApp.Shared.CreateUserAsync());
        var token = await browser.AntiforgeryTokenAsync("/account");
        Assert.That(await browser.AntiforgeryTokenAsync("/account/profile"), Is.EqualTo(token));
        for (var save = 0; save < 2; save++)
        {
            var answer = await browser.PostAsync("/account/profile", ("DisplayName", $"Ada {save}"), ("__RequestVerificationToken", token));
            Assert.That(answer.Status, Is.EqualTo(HttpStatusCode.Found), answer.Text);
        }
    }

    [Test]
    public async Task Another_user_of_the_same_browser_gets_another_token_and_the_first_is_refused()
    {
        var app = TestApp.Shared;
        using var browser = await PageClient.SignInAsync(app, await app.CreateUserAsync());
        var (cookie, first) = (browser.Cookie("antiforgery"), await browser.AntiforgeryTokenAsync("/account"));
        await browser.PostAsync("/logout", ("__RequestVerificationToken", first));
        await browser.LoginAsync(await app.CreateUserAsync());
        Assert.That(browser.Cookie("antiforgery"), Is.EqualTo(cookie));
        Assert.That(await browser.AntiforgeryTokenAsync("/account"), Is.Not.EqualTo(first));

        var answer = await browser.PostAsync("/account/profile", ("DisplayName", "Mallory"), ("__RequestVerificationToken", first));
        Assert.That(answer.Status, Is.EqualTo(HttpStatusCode.BadRequest));
    }

    [Test]
    public async Task A_cookie_that_is_not_ours_is_replaced_and_brings_no_token_of_another()
    {
        using var browser = new PageClient(TestApp.Shared).With("antiforgery", "planted");
        var token = await browser.AntiforgeryTokenAsync("/login");
        Assert.That(browser.Cookie("antiforgery"), Is.Not.EqualTo("planted"));
        using var other = new PageClient(TestApp.Shared).With("antiforgery", "planted");
        Assert.That(await other.AntiforgeryTokenAsync("/login"), Is.Not.EqualTo(token));
        Assert.That((await other.PostAsync("/login", ("Email", "a@example.org"), ("Password", "x"), ("__RequestVerificationToken", token))).Status, Is.EqualTo(HttpStatusCode.BadRequest));
    }

    [Test]
    public async Task A_page_with_a_token_that_was_made_before_has_the_same_headers_as_the_first()
    {
        using var browser = await PageClient.SignInAsync(TestApp.Shared, await TestApp.Shared.CreateUserAsync());
        var first = await browser.GetAsync("/account");
        var second = await browser.GetAsync("/account");
        string[] names = ["Cache-Control", "Pragma"];
        Assert.That(names.Select(name => second.Headers[name]), Is.EqualTo(names.Select(name => first.Headers[name])));
        Assert.That(second.Headers["Cache-Control"], Does.Contain("no-store"));
    }
}
