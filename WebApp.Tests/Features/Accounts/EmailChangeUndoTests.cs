using System.Net;
using WebApp.Tests.Pages;
using WebApp.Tests.Support;
using static WebApp.Tests.Features.Accounts.EmailChanges;

namespace WebApp.Tests.Features.Accounts;

/// <summary>The mailbox that an account had before takes the account back.</summary>
public sealed class EmailChangeUndoTests
{
    private readonly ApiClient api = new(TestApp.Shared);

    [Test]
    public async Task The_old_mailbox_takes_the_account_back_without_signing_in_once()
    {
        var user = await TestApp.Shared.CreateUserAsync();
        using var thief = await PageClient.SignInAsync(TestApp.Shared, user);
        var theirs = await MoveAsync(thief, NewAddress());
        await thief.PostFormAsync("/account/password", ("CurrentPassword", user.Password), ("NewPassword", "Velvet harbour 7 morning!"));
        var notMe = await Mailbox.NewestAsync(theirs, "/not-me");
        var undo = await Mailbox.NewestAsync(user.Email, "/undo-email-change");
        using var owner = new PageClient(TestApp.Shared);

        var done = await owner.PostFormAsync("/undo-email-change", ("Token", undo.Token));
        var again = await owner.PostFormAsync("/undo-email-change", ("Token", undo.Token));
        var reset = await Mailbox.NewestAsync(user.Email, "/reset-password");
        var stolen = await thief.PostFormAsync("/not-me", ("Token", notMe.Token));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(done.Location, Is.EqualTo("/reset-password"), done.Text);
            Assert.That(again.Text, Does.Contain("This link was used already"));
            Assert.That(stolen.Text, Does.Contain("This link was used already"));
            Assert.That(await AddressAsync(user), Is.EqualTo(user.Email));
            Assert.That((await thief.GetAsync("/account")).Status, Is.EqualTo(HttpStatusCode.Found));
            Assert.That((await LoginAsync(user.Email, "Velvet harbour 7 morning!")).Code, Is.EqualTo("invalid_credentials"));
            Assert.That((await api.PostAsync("/auth/reset-password", new { token = reset.Token, new_password = "Velvet harbour 8 evening!" })).Status, Is.EqualTo(HttpStatusCode.NoContent));
            Assert.That((await LoginAsync(user.Email, "Velvet harbour 8 evening!")).Status, Is.EqualTo(HttpStatusCode.OK));
        }
    }

    [Test]
    public async Task After_two_moves_the_first_mailbox_can_still_undo()
    {
        var user = await TestApp.Shared.CreateUserAsync();
        using var thief = await PageClient.SignInAsync(TestApp.Shared, user);
        var second = await MoveAsync(thief, NewAddress());
        await MoveAsync(thief, NewAddress());
        var (first, later) = (await Mailbox.NewestAsync(user.Email, "/undo-email-change"), await Mailbox.NewestAsync(second, "/undo-email-change"));

        await thief.PostFormAsync("/undo-email-change", ("Token", later.Token));
        Assert.That(await AddressAsync(user), Is.EqualTo(second));
        using var owner = new PageClient(TestApp.Shared);
        await owner.PostFormAsync("/undo-email-change", ("Token", first.Token));
        Assert.That(await AddressAsync(user), Is.EqualTo(user.Email));
    }

    [Test]
    public async Task It_can_be_undone_for_seven_days_and_no_longer()
    {
        await using var app = await TestApp.StartAsync();
        foreach (var (wait, works) in new[] { (TimeSpan.FromDays(6.9), true), (TimeSpan.FromDays(7.1), false) })
        {
            var user = await app.CreateUserAsync();
            using var here = await PageClient.SignInAsync(app, user);
            var address = await MoveAsync(here, NewAddress(), app);
            var undo = await Mailbox.NewestAsync(user.Email, "/undo-email-change", app.BaseAddress);
            app.Clock.Advance(wait);
            using var owner = new PageClient(app);
            await owner.PostFormAsync("/undo-email-change", ("Token", undo.Token));
            Assert.That(await app.QueryAsync<string>("SELECT email FROM users WHERE id = $1", user.Id), Is.EqualTo(works ? user.Email : address));
        }
    }

    private Task<Answer> LoginAsync(string email, string password) => api.PostAsync("/auth/login", new { email, password });
}
