using System.Net;
using WebApp.Tests.Pages;
using WebApp.Tests.Support;

namespace WebApp.Tests.Features.Lockout;

/// <summary>Nobody's mailbox is filled by strangers, and no answer shows when no mail went.</summary>
public sealed class MailFloodTests : OwnApp
{
    private const string Password = "Copper lantern over the 7 hills!";

    [Test]
    public async Task A_hundred_reset_requests_are_few_mails_and_signing_in_goes_on()
    {
        var user = await App.CreateUserAsync();
        HashSet<string> answers = [];
        for (var request = 0; request < 100; request++)
        {
            foreach (var email in new[] { user.Email, "nobody@example.org" })
            {
                var answer = await Api.PostAsync("/auth/forgot-password", new { email });
                answers.Add($"{answer.Status} {answer.Text}");
            }

            App.Clock.Advance(TimeSpan.FromSeconds(30));
        }

        Assert.That(answers, Has.Count.EqualTo(1));
        Assert.That(await Mailbox.SubjectsAsync(user.Email, App), Has.Count.InRange(1, 5), "in 50 minutes");
        await Api.LoginAsync(user);
        App.Clock.Advance(TimeSpan.FromMinutes(11));
        await Api.PostAsync("/auth/forgot-password", new { email = user.Email });
        Assert.That(await Mailbox.SubjectsAsync(user.Email, App), Has.Count.EqualTo(6), "an hour later there is another");
    }

    [Test]
    public async Task Requests_that_come_too_soon_leave_the_hours_mails_to_the_owner()
    {
        var user = await App.CreateUserAsync();
        for (var request = 0; request < 20; request++)
        {
            await Api.PostAsync("/auth/forgot-password", new { email = user.Email });
        }

        App.Clock.Advance(TimeSpan.FromMinutes(2));
        await Api.PostAsync("/auth/forgot-password", new { email = user.Email });
        Assert.That(await Mailbox.SubjectsAsync(user.Email, App), Has.Count.EqualTo(2));
    }

    [Test]
    public async Task A_flood_of_registrations_is_few_mails_whoever_has_the_address()
    {
        var taken = (await App.CreateUserAsync()).Email;
        var free = $"user-{Guid.NewGuid():N}@example.org";
        HashSet<string> answers = [];
        for (var request = 0; request < 30; request++)
        {
            foreach (var email in new[] { taken, free })
            {
                var answer = await Api.PostAsync("/auth/register", new { email, password = Password });
                answers.Add($"{answer.Status} {answer.Text}");
            }
        }

        Assert.That(answers, Has.Count.EqualTo(1));
        Assert.That(await Mailbox.SubjectsAsync(taken, App), Has.Count.EqualTo(5));
        Assert.That(await Mailbox.SubjectsAsync(free, App), Has.Count.EqualTo(5));
    }

    [Test]
    public async Task One_place_gets_only_so_many_mails_sent_whatever_the_addresses()
    {
        await using var app = await TestApp.StartAsync(adjust: Guesses.WithoutIpLimiter, settings: "Protection:IpPermitsPerMinute=8");
        var api = new ApiClient(app);
        var (forgot, registered) = (new List<Answer>(), new List<Answer>());
        for (var request = 0; request < 4; request++)
        {
            forgot.Add(await api.PostAsync("/auth/forgot-password", new { email = $"user-{Guid.NewGuid():N}@example.org" }));
            registered.Add(await api.PostAsync("/auth/register", new { email = $"user-{Guid.NewGuid():N}@example.org", password = Password }));
        }

        await app.QueryAsync<int>("UPDATE attempts SET count = 8 WHERE key LIKE '%:from:127.0.0.1'");
        foreach (var (path, body, page, fields) in new[]
        {
            ("/auth/forgot-password", (object)new { email = "one@example.org" }, "/forgot-password", new[] { ("Email", "one@example.org") }),
            ("/auth/register", new { email = "one@example.org", password = Password }, "/register", [("Email", "one@example.org"), ("Password", Password)]),
        })
        {
            var refused = await api.PostAsync(path, body);
            Assert.That(refused.Code, Is.EqualTo("too_many_attempts"), path);
            Assert.That(refused.Wait.TotalMinutes, Is.InRange(58, 60), path);
            using var visitor = new PageClient(app);
            var shown = await visitor.SubmitAsync(page, fields);
            Assert.That(shown.Status, Is.EqualTo(HttpStatusCode.TooManyRequests), page);
            Assert.That(shown.Text, Does.Contain("You can try again in 60 minutes."), page);
        }

        Assert.That(forgot.Concat(registered).Select(answer => answer.Status), Is.All.EqualTo(HttpStatusCode.Accepted));
        Assert.That(await Mailbox.SubjectsAsync("one@example.org", app), Is.Empty);
    }
}
