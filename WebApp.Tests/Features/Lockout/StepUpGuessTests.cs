using System.Net;
using WebApp.Tests.Pages;
using WebApp.Tests.Support;

namespace WebApp.Tests.Features.Lockout;

/// <summary>Guesses at the password that a signed-in user is asked for again: for a sensitive operation, and when the password is changed.</summary>
public sealed class StepUpGuessTests() : OwnApp("Email:KeepDays=365")
{
    private const string Step = "/auth/reauthenticate";

    [Test]
    public async Task Of_a_hundred_and_fifty_over_days_a_hundred_are_checked_and_the_owner_is_notified()
    {
        var user = await App.CreateUserAsync();
        var (looked, refused) = (0, 0);
        while (looked < 150 && refused < 2)
        {
            var answer = await Api.PostAsync(Step, new { password = Guesses.WrongPassword }, (await Api.LoginAsync(user)).Access);
            if (answer.Code == "invalid_credentials")
            {
                (looked, refused) = (looked + 1, 0);
                continue;
            }

            Assert.That(answer.Code, Is.EqualTo("too_many_attempts"), answer.Text);
            App.Clock.Advance(answer.Wait);
            refused++;
        }

        Assert.That(looked, Is.EqualTo(100));
        App.Clock.Advance(TimeSpan.FromDays(40));
        var access = (await Api.LoginAsync(user)).Access;
        Assert.That((await Api.PostAsync(Step, new { password = user.Password }, access)).Code, Is.EqualTo("too_many_attempts"));
        Assert.That((await ChangeAsync(user, access)).Code, Is.EqualTo("too_many_attempts"), "the change of the password asks the same question");
        var subjects = await Mailbox.SubjectsAsync(user.Email, App);
        Assert.That(subjects.Count(subject => subject.StartsWith("Someone who is signed in", StringComparison.Ordinal)), Is.EqualTo(2), "at the first lockout and at the hundredth");
        Assert.That(await App.CountEventsAsync("reauthentication_locked", user), Is.EqualTo(20));
    }

    [Test]
    public async Task A_thief_of_a_session_does_not_hold_up_the_browser_that_the_account_knows()
    {
        var user = await App.CreateUserAsync();
        using var home = new PageClient(App);
        await home.LoginAsync(user);
        using var thief = new PageClient(App);
        thief.With("session", home.Cookie("session")!);
        for (var guess = 0; guess < 5; guess++)
        {
            await thief.SubmitAsync("/reauthenticate", ("Password", Guesses.WrongPassword));
        }

        Assert.That((await thief.SubmitAsync("/reauthenticate", ("Password", user.Password))).Status, Is.EqualTo(HttpStatusCode.TooManyRequests));
        Assert.That((await home.SubmitAsync("/reauthenticate", ("Password", user.Password))).Location, Is.EqualTo("/account"));
        await Api.LoginAsync(user);
    }

    [Test]
    public async Task A_client_shows_by_its_device_token_that_it_is_known()
    {
        var user = await App.CreateUserAsync();
        var answer = await Api.PostAsync("/auth/login", new { email = user.Email, password = user.Password });
        var (access, device) = (answer.Tokens.Access, answer.Json.GetProperty("device_token").GetString());
        for (var guess = 0; guess < 6; guess++)
        {
            await Api.PostAsync(Step, new { password = Guesses.WrongPassword }, access);
        }

        Assert.That((await Api.PostAsync(Step, new { password = user.Password }, access)).Code, Is.EqualTo("too_many_attempts"));
        Assert.That((await Api.PostAsync(Step, new { password = user.Password, device_token = device }, access)).Status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That((await Api.PostAsync("/password", new { current_password = user.Password, new_password = TestUser.NewPassword("Velvet harbour"), device_token = device }, access)).Status, Is.EqualTo(HttpStatusCode.NoContent));
    }

    private Task<Answer> ChangeAsync(TestUser user, string access) =>
        Api.PostAsync("/password", new { current_password = user.Password, new_password = TestUser.NewPassword("Velvet harbour") }, access);
}
