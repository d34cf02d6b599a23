using System.Net;
using WebApp.Tests.Support;

namespace WebApp.Tests.Platform.Pages;

/// <summary>A form that a browser sends twice is answered twice like the first time, and acts once.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class RepeatedFormTests
{
    [Test]
    public async Task Twice_at_once_or_one_after_the_other_gives_one_session_and_one_answer()
    {
        var user = await TestApp.Shared.CreateUserAsync();
        using PageClient browser = new(TestApp.Shared, navigates: true);
        await browser.GetAsync("/login");

        var answers = await Task.WhenAll(SendAsync(), SendAsync());
        var third = await SendAsync();

        foreach (var answer in answers.Append(third))
        {
            Assert.That(answer.Status, Is.EqualTo(HttpStatusCode.Found));
            Assert.That(answer.SetCookies, Is.Not.Empty.And.EqualTo(answers[0].SetCookies));
        }

        Assert.That(await TestApp.Shared.QueryAsync<long>($"SELECT count(*) FROM sessions WHERE user_id = '{user.Id}'"), Is.EqualTo(1));

        async Task<Answer> SendAsync()
        {
            using var request = browser.Form("/login", ("Email", user.Email), ("Password", user.Password));
            return await browser.SendAsync(request, keepCookies: false);
        }
    }

    [Test]
    public async Task A_wrong_password_sent_twice_is_one_guess()
    {
        var user = await TestApp.Shared.CreateUserAsync();
        PageClient browser = new(TestApp.Shared, navigates: true);
        var token = await browser.AntiforgeryTokenAsync("/login");
        Task<Answer> GuessAsync() => browser.PostAsync("/login", ("Email", user.Email), ("Password", "wrong"), ("__RequestVerificationToken", token));

        var answers = await Task.WhenAll(GuessAsync(), GuessAsync(), GuessAsync());

        Assert.That(answers.Select(answer => answer.Status), Is.All.EqualTo(HttpStatusCode.OK));
        Assert.That(await TestApp.Shared.QueryAsync<long>($"SELECT count(*) FROM security_events WHERE kind = 'sign_in_failed' AND user_id = '{user.Id}'"), Is.EqualTo(1));
    }

    [Test]
    public async Task Another_browser_or_another_body_is_another_form()
    {
        var user = await TestApp.Shared.CreateUserAsync();
        PageClient one = new(TestApp.Shared, navigates: true);
        PageClient other = new(TestApp.Shared, navigates: true);

        await Task.WhenAll(one.LoginAsync(user), other.LoginAsync(user));

        Assert.That(one.Session, Is.Not.EqualTo(other.Session));
        Assert.That(await TestApp.Shared.QueryAsync<long>($"SELECT count(*) FROM sessions WHERE user_id = '{user.Id}'"), Is.EqualTo(2));
    }

    [Test]
    public async Task A_form_that_is_opened_again_is_another_form()
    {
        var user = await TestApp.Shared.CreateUserAsync();
        using PageClient browser = new(TestApp.Shared, navigates: true);
        await browser.LoginAsync(user);
        for (var time = 0; time < 2; time++)
        {
            await TestApp.Shared.QueryAsync<object>("UPDATE users SET display_name = 'Before' WHERE id = $1", user.Id);
            var answer = await browser.SubmitAsync("/account/profile", ("DisplayName", "Ada"));
            Assert.That(answer.Status, Is.EqualTo(HttpStatusCode.Found), answer.Text);
            Assert.That(await TestApp.Shared.QueryAsync<string>("SELECT display_name FROM users WHERE id = $1", user.Id), Is.EqualTo("Ada"));
        }
    }
}
